"""docs/accessibility-and-law.md names every demand, and only tests that exist; publiccode.yml is complete."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "accessibility-and-law.md").read_text()
ROWS = re.findall(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)


def known_tests():
    return {
        name
        for path in ROOT.glob("tests/**/test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }


def test_every_demand_is_listed_once_and_in_order():
    assert [int(number) for number, *_ in ROWS] == [*range(1, 28), *range(40, 51)]


def test_every_demand_is_shown_by_a_test_or_said_to_come_later():
    known = known_tests()
    assert len(known) > 200
    for number, _demand, where, shown in ROWS:
        named = re.findall(r"`(test_\w+)`", shown)
        assert set(named) <= known, number
        assert named or "*later*" in where or number == "44", number


def test_every_file_that_is_named_exists():
    for number, _demand, where, _shown in ROWS:
        for path in re.findall(r"`((?:portal|templates|static|scripts)/[\w/.-]+)`", where):
            assert (ROOT / path).exists(), (number, path)


def test_publiccode_is_complete():
    """What the standard (0.4) demands, and that it says the same as the project's own files."""
    said = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    demanded = {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description"}
    assert demanded | {"legal", "maintenance", "localisation"} <= set(said)
    assert said["legal"]["license"] == "EUPL-1.2"
    assert said["localisation"]["availableLanguages"] == ["de", "en"]
    assert said["maintenance"]["contacts"][0]["name"]
    german = said["description"]["de"]
    assert len(german["shortDescription"]) <= 150
    assert 150 <= len(german["longDescription"]) <= 10_000
    assert all(len(feature) <= 100 for feature in german["features"])
