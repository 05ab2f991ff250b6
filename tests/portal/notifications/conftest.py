"""What these tests share: kinds of their own, declared only while they run."""

import pytest

from tests.portal.notifications import kinds


@pytest.fixture(autouse=True)
def _kinds():
    kinds.declare()
    yield
    kinds.withdraw()
