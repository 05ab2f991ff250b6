"""What tests of the funding area share: the real export, and crafted files in its formats."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tests.indexed import IndexedClient

EXPORT = Path(__file__).resolve().parents[3] / "shared" / "data" / "funding" / "fdb_xml_export"

COLUMNS = [
    "programme_slug",
    "url",
    "title",
    "description",
    "short_description",
    "legal_basis",
    "status_note",
    "seo_description",
    "required_documents",
    "application_language",
    "legal_citation",
    "deadlines",
    "procedure",
    "processing_time",
    "legal_requirements",
    "keywords",
    "date_of_issue",
    "funding_type",
    "eligible_applicants",
    "funding_area",
    "funding_body",
    "funding_location",
    "funding_organisation",
    "grw",
    "unternehmensgroesse",
    "contact_ids",
    "funding_subarea",
    "applicant_sector",
    "id_url",
    "id_hash",
    "contact_info_institution",
    "contact_info_email",
    "contact_info_phone",
    "contact_info_fax",
    "contact_info_mobile",
    "contact_info_website",
    "contact_info_road",
    "contact_info_house_id",
    "contact_info_building",
    "contact_info_zip_code",
    "contact_info_city",
    "contact_info_post_box",
    "contact_info_country",
    "further_links",
    "license_info",
    "on_website_from",
    "last_updated",
    "previous_update_dates",
    "on_website_to",
    "absent",
    "keywords_extracted",
]


@pytest.fixture
def english() -> Iterator[None]:
    """Messages as the code has them, whatever the catalogue makes of them."""
    with translation.override(None):
        yield


@pytest.fixture
def export() -> Path:
    if not EXPORT.is_dir():
        pytest.skip("the XML export of the Förderdatenbank is not there (../shared/data/funding)")
    return EXPORT


def row(path: str = "Bund/Muster/programm", **values: object) -> dict[str, str]:
    """A row that keeps the contract; lists become JSON."""
    key = path.replace("/", "-").lower()
    url = f"https://www.foerderdatenbank.de/FDB/Content/DE/Foerderprogramm/{path}.html"
    cells: dict[str, object] = {
        "programme_slug": path.rpartition("/")[2],
        "url": url,
        "title": "Musterprogramm",
        "short_description": "Kurz gesagt.",
        "description": "Ausführlich gesagt.",
        "funding_type": ["zuschuss"],
        "eligible_applicants": ["kommune"],
        "funding_area": ["digitalisierung"],
        "funding_body": ["land"],
        "funding_location": ["schlesig_holstein"],
        "id_url": key,
        "id_hash": hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(),
        "license_info": f"Musterprogramm von jemandem, lizensiert unter CC BY-ND 4.0, Quelle: {url}",
        "on_website_from": "2026-W32",
        "previous_update_dates": [],
        "absent": "false",
        **values,
    }
    return {name: json.dumps(value) if isinstance(value, list) else str(value) for name, value in cells.items()}


@pytest.fixture
def dump(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a dump and return its path."""

    def write(*rows: dict[str, str], columns: list[str] = COLUMNS, name: str = "programme.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def document(
    path: str = "/BMWI/FDB/Content/DE/Foerderprogramm/Bund/Muster",
    name: str = "programm",
    kind: str = "gsb:ServiceOffer",
    **codes: str,
) -> str:
    """A document of the XML export with a title, a summary and codes such as ``Foerdergebiet="bayern"``."""
    lists = "".join(
        f'<classifiedLinkList><classifierLinks><link xlink:href="target:/C/{classifier}"/></classifierLinks>'
        f'<links><link xlink:href="target:/BMWI/SiteGlobals/Categories/FDB/{classifier}/{code}"/></links>'
        "</classifiedLinkList>"
        for classifier, code in ({"Foerdergebiet": "_bundesweit"} | codes).items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<document xmlns:xlink="http://www.w3.org/1999/xlink" name="{name}" path="{path}" type="{kind}">'
        '<property name="gsb:title" type="RichText"><text>&lt;![CDATA[&lt;p&gt;Mein Programm&lt;/p&gt;]]&gt;</text>'
        '</property><property name="gsb:cl2Processes" type="ClassifiedLinkLists"><classifiedLinkLists>'
        f"{lists}</classifiedLinkLists></property></document>"
    )


@pytest.fixture
def client() -> IndexedClient:
    """A reader whose searches find what the test has made."""
    return IndexedClient()
