"""The official files, imported once after each other: the figures, the successors, and that again changes nothing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.directory import demo, services
from portal.directory.imports.describe import describe
from portal.directory.models import Association, Municipality, PlaceName
from tests.factories.register_files import real_file

NOTHING_WRITTEN = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def folded(ags: str) -> dict[str, str]:
    return dict(PlaceName.objects.filter(municipality=ags).values_list("folded", "kind"))


FILES = (
    *("GV100AD_30112025.txt", "AuszugGV4QAktuell_2024.xlsx", "Gebietsaenderungen_2024.xlsx"),
    "Gebietsaenderungen_2025-02.xlsx",
)


@pytest.fixture(scope="module")
def reports(django_db_setup, django_db_blocker):
    """Demonstration data, the register of 2023, then that of 2025 with all else, then all again; undone at the end."""
    old = real_file("municipalities", "GV100AD_30112023.txt.gz")
    files = [real_file("municipalities", name) for name in FILES]
    with django_db_blocker.unblock(), transaction.atomic():
        found = {"demo": demo.load(), "2023": services.import_register(files=[old])}
        found["2025"] = services.import_register(files=files)
        with CaptureQueriesContext(connection) as queries:
            found["again"] = services.import_register(files=[old, *files])
        found["statements"] = [query["sql"] for query in queries]
        yield found
        transaction.set_rollback(True)


def test_real_register_of_2023_replaces_the_demonstration_data(reports):
    totals = reports["2023"].totals
    assert reports["demo"] == 450
    assert (totals.laender, totals.districts, totals.associations) == (16, 400, 1205)
    assert (totals.municipalities, totals.unincorporated, totals.retired_municipalities) == (10773, 208, 0)
    assert (totals.population, totals.area_km2) == (84_358_845, Decimal("357595.70"))


def test_real_register_of_2025_has_the_official_figures(reports):
    totals = reports["2025"].totals
    assert (totals.laender, totals.districts, totals.associations) == (16, 400, 1203)
    assert (totals.municipalities, totals.unincorporated) == (10751, 202)
    assert (totals.population, totals.area_km2) == (83_577_140, Decimal("357683.92"))
    assert not Association.objects.filter(kind="50").exists()
    level = reports["2025"].files[0].levels["municipality"]
    assert (len(level.created), len(level.retired)) == (4, 32)
    assert len(level.created) + len(level.changed) + level.unchanged == 10953


def test_real_import_finds_the_successors_of_all_that_vanished(reports):
    report = reports["2025"]
    assert (report.successions, report.unresolved) == (35, [])
    ended = Municipality.objects.exclude(valid_to=None)
    assert ended.count() == 32
    assert ended.filter(valid_to__in=[dt.date(2023, 12, 31), dt.date(2024, 12, 31), dt.date(2024, 6, 8)]).count() == 32
    split = Municipality.objects.get(pk="16064055")
    assert list(split.successors.values_list("name", flat=True)) == ["Dingelstädt", "Mühlhausen/Thüringen"]
    new = Municipality.objects.get(pk="16076094")
    assert (new.name, new.valid_from) == ("Berga-Wünschendorf", dt.date(2024, 1, 1))


def test_real_extract_locates_almost_every_municipality(reports):
    without = Municipality.objects.current().filter(longitude=None).values_list("ags", flat=True)
    assert sorted(without) == ["07000999", "07232503", "10042999", "13000998", "13000999"]
    assert reports["2025"].rejected == []
    assert Municipality.objects.municipalities().current().filter(urbanisation=None).count() == 1
    cottbus = Municipality.objects.get(pk="12052000")
    assert cottbus.coordinates_edition.as_of == dt.date(2024, 12, 31)
    assert cottbus.edition.attribution.endswith("© Statistisches Bundesamt (Destatis), 2025")


def test_real_names_are_split_and_found(reports):
    assert folded("12052000")["chosebuz"] == "second"
    assert Municipality.objects.get(pk="14625020").second_name == "Budyšin"
    assert Municipality.objects.current().filter(name="Neuenkirchen").count() == 11
    assert folded("09162000") == {
        "muenchen": "name",
        "munchen": "name",
        "muenchen landeshauptstadt": "name",
        "munchen landeshauptstadt": "name",
        "09162000": "key",
        "091620000000": "key",
        "80313": "postcode",
    }


def test_second_import_of_the_same_files_changes_nothing(reports):
    again = reports["again"]
    assert again.changes_nothing
    assert [file.status for file in again.files] == ["superseded", "known", "known", "known", "known"]
    written = [sql for sql in reports["statements"] if not sql.lstrip().startswith(NOTHING_WRITTEN)]
    assert [sql for sql in written if sql.lstrip().startswith(("INSERT", "COPY", "CREATE"))] == []
    assert again.totals == reports["2025"].totals


def test_real_report_reads_as_sentences(reports):
    text = describe(reports["2025"])
    assert "GV100AD_30112025.txt: Register of municipalities (GV100AD), as of Nov. 30, 2025" in text
    assert "Municipalities: 10,751" in text
    assert "Nothing has changed." in describe(reports["again"])
