"""docs/security.md has each item of levels 1 and 2 of ASVS 5.0, V6 to V8, and names only tests that exist."""

import re

import pytest

from tests.architecture.test_law_documented import ROOT, known_tests

PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = dict(re.findall(r"^\| (\d\.\d\.\d+) \| .+ \| (.+) \|$", PAGE, re.MULTILINE))
SECTIONS = {  # the last item of each section that belongs to level 1 or 2; what comes after it is level 3
    "6.1": 3, "6.2": 11, "6.3": 3, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 3,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
}  # fmt: skip
WITHOUT_TEST = {"6.2.10", "6.6.1"}
"""What is kept by not being there."""


def test_every_item_is_listed_once_and_in_order():
    assert list(ROWS) == [f"{section}.{item}" for section, last in SECTIONS.items() for item in range(1, last + 1)]


@pytest.mark.parametrize("item", [item for item in ROWS if item not in WITHOUT_TEST])
def test_every_item_is_shown_by_a_test(item):
    assert re.findall(r"`(test_\w+)`", ROWS[item])


def test_every_named_test_exists():
    assert set(re.findall(r"`(test_\w+)`", PAGE)) <= known_tests()
