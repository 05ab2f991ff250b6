"""Writing the register: what changes, what ends, what follows, and that a second run changes nothing."""

import datetime as dt
import io
import json
import threading
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.directory import services
from portal.directory.imports import writing
from portal.directory.imports.extract import ExtractRow
from portal.directory.imports.gv100ad import MunicipalityRow, PlaceRow, Register
from portal.directory.imports.source import Refused
from portal.directory.imports.successions import derive_successions, unresolved
from portal.directory.models import (
    District,
    Edition,
    Land,
    Municipality,
    PlaceName,
    PopulationFigure,
    Postcode,
    Succession,
    TerritorialChange,
)
from tests.factories.directory import (
    EditionFactory,
    MunicipalityFactory,
    TerritorialChangeFactory,
)
from tests.factories.register_files import as_file, change, change_list, real_file, register_lines


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def small_register(day: dt.date = dt.date(2025, 11, 30), **changes: dict[str, object]) -> Register:
    """Return a register of one Land with three municipalities; ``changes`` by AGS (``m08118048``), None leaves out."""
    register = Register(
        as_of=day,
        laender=[PlaceRow(1, "08", "Baden-Württemberg", "Stuttgart", "")],
        districts=[PlaceRow(2, "08118", "Ludwigsburg", "Ludwigsburg", "44")],
        associations=[PlaceRow(3, "081185001", "GVV Besigheim", "Besigheim", "54")],
    )
    rows = {
        "08118007": {"ars": "081185001007", "official_name": "Besigheim, Stadt", "kind": "63", "population": 12000},
        "08118048": {"ars": "081180048048", "official_name": "Ludwigsburg, Stadt", "kind": "67", "population": 93000},
        "08118063": {"ars": "081185001063", "official_name": "Remseck", "kind": "64", "population": 26000},
    }
    for line, (ags, row) in enumerate(rows.items(), start=4):
        change = changes.get(f"m{ags}", {})
        if change is not None:
            facts = {"area_km2": Decimal("10.00"), "postcode": "71638", "has_district": True, **row, **change}
            register.municipalities.append(MunicipalityRow(line=line, ags=ags, **facts))
    return register


def write(register: Register, **options: bool) -> dict[str, writing.Level]:
    edition = EditionFactory(as_of=register.as_of)
    levels, touched = writing.write_register(register, edition, **options)
    writing.index_names(touched)
    writing.standardise()
    return levels


def folded(ags: str) -> dict[str, str]:
    return dict(PlaceName.objects.filter(municipality=ags).values_list("folded", "kind"))


@pytest.mark.django_db
def test_register_is_written_with_all_its_facts():
    levels = write(small_register())
    assert {name: level.created for name, level in levels.items()} == {
        "land": [1],
        "district": [2],
        "association": [3],
        "municipality": [4, 5, 6],
    }
    place = Municipality.objects.get(pk="08118007")
    assert (place.name, place.suffix, place.official_name) == ("Besigheim", "Stadt", "Besigheim, Stadt")
    assert (place.association_id, place.district_id, place.land_id) == ("081185001", "08118", "08")
    assert place.label() == "Besigheim (Ludwigsburg, Baden-Württemberg)"
    assert Municipality.objects.get(pk="08118048").association is None
    assert District.objects.get().seat == "Ludwigsburg"
    assert folded("08118007") == {
        "besigheim": "name",
        "besigheim stadt": "name",
        "08118007": "key",
        "081185001007": "key",
        "71638": "postcode",
    }


@pytest.mark.django_db
def test_register_twice_writes_nothing():
    register = small_register()
    edition = EditionFactory(as_of=register.as_of)
    writing.write_register(register, edition)
    writing.standardise()
    with CaptureQueriesContext(connection) as queries:
        levels, touched = writing.write_register(register, edition)
    assert [(level.created, level.changed, level.retired) for level in levels.values()] == [([], [], [])] * 4
    assert touched == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM directory_municipality UNION SELECT xmin::text FROM directory_district")
        before = set(cursor.fetchall())
        writing.write_register(register, edition)
        writing.standardise()
        cursor.execute("SELECT xmin::text FROM directory_municipality UNION SELECT xmin::text FROM directory_district")
        assert set(cursor.fetchall()) == before
    assert "INSERT" not in {query["sql"].split()[0] for query in queries}


@pytest.mark.django_db
def test_newer_register_changes_what_differs_and_keeps_old_names():
    write(small_register(dt.date(2023, 11, 30)))
    levels = write(small_register(m08118063={"official_name": "Remseck am Neckar, Stadt", "postcode": "71686"}))
    level = levels["municipality"]
    assert (level.created, level.changed, level.unchanged, level.retired) == ([], [6], 2, [])
    place = Municipality.objects.get(pk="08118063")
    assert (place.name, place.suffix) == ("Remseck am Neckar", "Stadt")
    assert {"remseck", "remseck am neckar", "71638", "71686"} <= set(folded("08118063"))
    assert list(place.postcodes.values_list("code", "is_seat")) == [("71638", False), ("71686", True)]
    assert set(Municipality.objects.values_list("edition__as_of", flat=True)) == {dt.date(2025, 11, 30)}


@pytest.mark.django_db
def test_every_register_leaves_its_population_figures_and_the_newest_file_of_a_day_counts():
    days = [dt.date(2023, 11, 30), dt.date(2025, 11, 30)]
    for day, population in zip(days, (11_000, 12_000), strict=True):
        writing.write_register(small_register(day, m08118007={"population": population}), EditionFactory(as_of=day))
    figures = PopulationFigure.objects.filter(municipality="08118007").values_list("as_of", "inhabitants")
    assert list(figures) == [(days[0], 11_000), (days[1], 12_000)]
    corrected = EditionFactory(as_of=days[1])
    writing.write_register(small_register(days[1], m08118007={"population": 12_500}), corrected)
    assert list(figures.values_list("inhabitants", flat=True)) == [11_000, 12_500]
    assert set(PopulationFigure.objects.filter(as_of=days[1]).values_list("edition", flat=True)) == {corrected.pk}


@pytest.mark.django_db
def test_newer_register_retires_what_is_gone_and_what_returns_exists_again():
    write(small_register(dt.date(2023, 11, 30)))
    levels = write(small_register(dt.date(2024, 11, 30), m08118063=None))
    assert levels["municipality"].retired == ["08118063"]
    gone = Municipality.objects.get(pk="08118063")
    assert (gone.valid_to, gone.name) == (dt.date(2024, 11, 29), "Remseck")
    assert gone.size_score is None
    assert folded("08118063")["remseck"] == "name"
    levels = write(small_register(dt.date(2025, 11, 30)))
    assert levels["municipality"].changed == [6]
    assert Municipality.objects.get(pk="08118063").valid_to is None


@pytest.mark.django_db
def test_selection_and_older_register_retire_nothing_newer():
    write(small_register())
    assert write(small_register(m08118063=None), retire=False)["municipality"].retired == []
    assert write(small_register(dt.date(2023, 11, 30), m08118048=None))["municipality"].retired == []


@pytest.mark.django_db
def test_municipality_outside_every_district_lies_in_its_land_alone():
    register = small_register()
    sea = {"ars": "080009999999", "official_name": "Bodensee", "kind": "66", "population": 0, "postcode": ""}
    facts = {"area_km2": Decimal("1.00"), "has_district": False, **sea}
    register.municipalities.append(MunicipalityRow(line=7, ags="08000999", **facts))
    write(register)
    place = Municipality.objects.with_places().get(pk="08000999")
    assert (place.district, place.label(), place.size_score) == (None, "Bodensee (Baden-Württemberg)", None)


@pytest.mark.django_db
def test_scores_are_distances_from_the_mean_of_the_inhabited():
    write(small_register())
    scores = list(Municipality.objects.order_by("population").values_list("size_score", flat=True))
    assert sum(scores) == pytest.approx(0, abs=1e-5)
    assert sum(score**2 for score in scores) / 3 == pytest.approx(1, abs=1e-5)
    assert scores == sorted(scores)
    densities = list(Municipality.objects.order_by("population").values_list("density_score", flat=True))
    assert densities == pytest.approx(scores)  # all areas are equal


@pytest.mark.django_db
def test_extract_adds_to_known_municipalities_and_takes_nothing_away():
    write(small_register())
    edition = EditionFactory(kind=Edition.Kind.EXTRACT)
    here = ExtractRow(10, "08118048", "Ludwigsburg", 9.19, 48.89, 1, "71634")
    nothing = ExtractRow(11, "08118007", "Besigheim", None, None, None, "")
    level = writing.write_extract([here, nothing], edition)
    assert (level.changed, level.unchanged) == ([10], 1)
    place = Municipality.objects.get(pk="08118048")
    assert (place.longitude, place.latitude, place.urbanisation) == (9.19, 48.89, 1)
    assert place.coordinates_edition == edition
    assert writing.write_extract([here], edition).changed == []
    empty = ExtractRow(10, "08118048", "Ludwigsburg", None, None, None, "")
    assert writing.write_extract([empty], EditionFactory(kind=Edition.Kind.EXTRACT)).changed == []
    assert Municipality.objects.get(pk="08118048").longitude == 9.19


@pytest.mark.django_db
def test_postcodes_gather_and_one_is_the_seats():
    place = MunicipalityFactory(ags="08118048")
    assert writing.write_postcodes({place.pk: "71634"}, seat=False) == {place.pk}
    writing.write_postcodes({place.pk: "71638"}, seat=True)
    writing.write_postcodes({place.pk: "71640"}, seat=False)
    codes = Postcode.objects.values_list("code", "is_seat")
    assert list(codes) == [("71634", False), ("71638", True), ("71640", False)]
    assert writing.write_postcodes({place.pk: "71634"}, seat=True) == set()
    assert list(codes.all()) == [("71634", True), ("71638", False), ("71640", False)]


# --- successions ---------------------------------------------------------------------------------------------------

ENDED = dt.date(2025, 11, 29)


@pytest.mark.django_db
def test_successions_follow_from_the_lists_and_say_the_true_day():
    MunicipalityFactory(ags="16061007", valid_to=ENDED)
    MunicipalityFactory(ags="16061119")
    assert [lost.ags for lost in unresolved()] == ["16061007"]
    TerritorialChangeFactory(old_ags="16061007", new_ags="16061119", effective_on=dt.date(2024, 1, 1))
    assert (derive_successions(), derive_successions()) == (1, 0)
    succession = Succession.objects.get()
    assert (succession.predecessor_id, succession.successor_id, succession.kind) == (
        "16061007",
        "16061119",
        "merger",
    )
    assert Municipality.objects.get(pk="16061007").valid_to == dt.date(2023, 12, 31)
    assert unresolved() == []


@pytest.mark.django_db
def test_successions_pass_through_what_no_register_shows():
    MunicipalityFactory(ags="16061007", valid_to=ENDED)
    MunicipalityFactory(ags="16061045")
    TerritorialChangeFactory(old_ags="16061007", new_ags="16061119")
    TerritorialChangeFactory(old_ags="16061119", new_ags="16061045", effective_on=dt.date(2025, 1, 1))
    TerritorialChangeFactory(old_ags="16061045", new_ags="16061119")  # a circle of mistakes ends
    derive_successions()
    assert list(Succession.objects.values_list("predecessor_id", "successor_id")) == [("16061007", "16061045")]


@pytest.mark.django_db
def test_successions_are_of_endings_alone():
    MunicipalityFactory(ags="16061007", valid_to=ENDED)
    for ags in ("16061119", "16061045"):
        MunicipalityFactory(ags=ags)
    TerritorialChangeFactory(old_ags="16061007", new_ags="16061119", kind="partial")
    TerritorialChangeFactory(old_ags="16061007", new_ags="16061007", kind="name")
    TerritorialChangeFactory(old_ags="16061007", new_ags="16061045", effective_on=dt.date(2025, 1, 1))
    TerritorialChangeFactory(old_ags="16061119", new_ags="16061045")  # still exists
    derive_successions()
    assert list(Succession.objects.values_list("predecessor_id", "successor_id")) == [("16061007", "16061045")]


@pytest.mark.django_db
def test_successions_fall_back_to_parts_and_go_when_a_municipality_returns():
    MunicipalityFactory(ags="16061007", valid_to=ENDED)
    MunicipalityFactory(ags="16061119")
    TerritorialChangeFactory(old_ags="16061007", new_ags="16061119", kind="partial")
    assert derive_successions() == 1
    Municipality.objects.update(valid_to=None)
    derive_successions()
    assert Succession.objects.count() == 0


# --- whole files ---------------------------------------------------------------------------------------------------


@pytest.fixture
def changes_file(tmp_path):
    path = tmp_path / "changes.xlsx"
    path.write_bytes(change_list(change("16061007", "16061119"), change("07232096", "07232503", kind=3)))
    return path


@pytest.mark.django_db
def test_list_of_changes_is_kept_until_the_register_needs_it(changes_file):
    report = services.import_register(files=[changes_file])
    assert (report.files[0].levels["change"].created, report.successions) == ([5, 6], 0)
    MunicipalityFactory(ags="16061007", valid_to=ENDED)
    MunicipalityFactory(ags="16061119")
    again = services.import_register(files=[changes_file])
    assert (again.files[0].status, again.successions) == ("known", 1)
    assert services.import_register(files=[changes_file]).changes_nothing
    assert (TerritorialChange.objects.count(), Edition.objects.filter(kind="changes").count()) == (2, 1)


@pytest.mark.django_db
def test_dry_run_reports_and_saves_nothing(changes_file):
    report = services.import_register(files=[changes_file], dry_run=True)
    assert report.files[0].levels["change"].created == [5, 6]
    assert (TerritorialChange.objects.count(), Edition.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_nothing_is_imported_when_the_second_file_is_bad(changes_file, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(as_file(register_lines()[:700]))
    with pytest.raises(Refused, match=r"bad.txt, line 700: The file is incomplete: it holds 1 of the 16 Länder\."):
        services.import_register(files=[changes_file, bad])
    assert Edition.objects.count() == 0
    services.import_register(files=[changes_file])
    assert Edition.objects.count() == 1


@pytest.mark.django_db
def test_older_register_is_refused_and_nothing_of_the_call_is_kept(changes_file, tmp_path):
    old = tmp_path / "old.txt"
    old.write_bytes(as_file(register_lines()))
    EditionFactory(as_of=dt.date(2025, 11, 30))
    with pytest.raises(Refused, match=r"old.txt: The file is of 30.06.2024, older than that of 30.11.2025"):
        services.import_register(files=[changes_file, old])
    assert (Edition.objects.count(), Land.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_newer_register_without_many_municipalities_is_refused_after_the_first_was_written(tmp_path):
    (tmp_path / "2024").write_bytes(as_file(register_lines(day="20240630", each=680)))
    (tmp_path / "2025").write_bytes(as_file(register_lines(day="20250630", each=640)))
    with pytest.raises(
        Refused, match=r"2025: The file is incomplete: 640 municipalities of the register of 30.06.2024"
    ):
        services.import_register(files=[tmp_path / "2024", tmp_path / "2025"])
    assert (Municipality.objects.count(), Edition.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_extract_before_any_register_is_refused():
    with pytest.raises(Refused, match="There is no register yet"):
        services.import_register(files=[real_file("municipalities", "AuszugGV4QAktuell_2024.xlsx")])


@pytest.mark.django_db(transaction=True)
def test_second_import_at_the_same_time_is_refused(changes_file):
    running, finish = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with services.single_import():
                running.set()
                finish.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert running.wait(20)
    try:
        with pytest.raises(Refused, match="Another import is running"):
            services.import_register(files=[changes_file])
    finally:
        finish.set()
        thread.join()
    assert services.import_register(files=[changes_file]).files[0].status == "imported"


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_command_says_in_words_what_it_did(changes_file, capsys):
    out = io.StringIO()
    call_command("import_municipalities", str(changes_file), stdout=out)
    assert out.getvalue().splitlines()[:3] == [
        "changes.xlsx: List of territorial changes (GV-ISys), as of Dec. 31, 2024, 2 records (new)",
        "  Territorial changes: 2 created, 0 changed, 0 retired, 0 unchanged",
        "    created in the lines 5, 6",
    ]
    assert "100%" in capsys.readouterr().err


@pytest.mark.django_db
def test_command_writes_json_alone_to_the_standard_output(changes_file):
    out = io.StringIO()
    call_command("import_municipalities", str(changes_file), "--json", "--dry-run", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["dry_run"], report["changes_nothing"]) == (True, False)
    assert [(file["name"], file["as_of"], file["lines"]) for file in report["files"]] == [
        ("changes.xlsx", "2024-12-31", 2)
    ]
    assert report["files"][0]["levels"]["change"]["created"] == [5, 6]
    assert report["totals"]["municipalities"] == 0


@pytest.mark.django_db
def test_command_fails_with_line_and_reason(tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(as_file([*register_lines()[:50], "x"]))
    with pytest.raises(CommandError) as caught:
        call_command("import_municipalities", str(bad), stdout=io.StringIO())
    assert str(caught.value) == (
        "Nothing was imported. bad.txt, line 51: The file is cut off: its last line has 1 instead of 220 characters."
    )
