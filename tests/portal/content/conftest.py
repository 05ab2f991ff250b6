"""What tests of the content share."""

import pytest

from tests.indexed import IndexedClient


@pytest.fixture
def client():
    """A reader whose searches find what the test has made."""
    return IndexedClient()
