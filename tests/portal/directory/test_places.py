import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.directory.models import Municipality, PlaceName
from portal.directory.places import (
    Typed,
    current_successor,
    distinct_labels,
    find_places,
    place_label,
    search_places,
    understand,
)
from tests.factories.directory import (
    AssociationFactory,
    DistrictFactory,
    MunicipalityFactory,
    PlaceNameFactory,
    SuccessionFactory,
)

pytestmark = pytest.mark.django_db


def place(ags: str, name: str, *, postcode: str = "", **values: Any) -> Municipality:
    """Make a municipality, with its postcode among the texts it is found by."""
    made = MunicipalityFactory(ags=ags, name=name, **values)
    if postcode:
        PlaceNameFactory(municipality=made, folded=postcode, kind=PlaceName.Kind.POSTCODE)
    return made


def found(text: str, **options: Any) -> list[str]:
    return [hit.name for hit in find_places(text, **options)]


def listed(text: str) -> list[str]:
    return [hit.name for hit in search_places(Municipality.objects.all(), text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Halle (Saale)", Typed("halle saale")),
        ("71638 Ludwigsburg", Typed("ludwigsburg", postcode="71638")),
        ("71638", Typed("71638")),
        ("08 118 048", Typed("08118048")),
        ("8118048", Typed("08118048")),
        ("81180048048", Typed("081180048048")),
        ("Neuenkirchen (Heidekreis, Niedersachsen)", Typed("neuenkirchen", within="heidekreis, niedersachsen")),
        ("Halle (Saale) (Sachsen-Anhalt)", Typed("halle saale", within="sachsen-anhalt")),
        ("0", Typed("")),
        (" %_ ", Typed("")),
        ("", Typed("")),
    ],
)
def test_what_is_typed_is_understood(text: str, expected: Typed) -> None:
    assert understand(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "München",
        "muenchen",
        "munchen",
        "MÜNCH",
        "münchn",
        "Mümchen",
        "09162000",
        "9162000",
        "09 162 000",
        "091620000000",
        "80331",
        "80331 München",
        "München (Bayern)",
        "m",
    ],
)
def test_a_place_is_found_by(text: str) -> None:
    place("09162000", "München", postcode="80331", population=1_505_005)
    place("03355001", "Adendorf", postcode="21365")
    assert found(text) == ["München"]
    assert listed(text) == ["München"]


@pytest.mark.parametrize("text", ["Chóśebuz", "chosebuz", "Cottbus", "cotbus", "Chośeb"])
def test_a_place_is_found_in_its_second_language_with_and_without_its_letters(text: str) -> None:
    place("12052000", "Cottbus", second_name="Chóśebuz", official_name="Cottbus/Chóśebuz, Stadt")
    place("03355001", "Adendorf")
    assert found(text) == ["Cottbus"]


@pytest.mark.parametrize(
    "text", ["xqz", "%", "_", "\\", "'; DROP TABLE directory_placename; --", "", "   ", "💥", "9" * 200]
)
def test_nothing_is_found_by_nonsense(text: str) -> None:
    place("03355001", "Adendorf")
    assert found("Adendorf") == ["Adendorf"]
    assert found(text) == []
    assert listed(text) == []


def test_closer_hits_come_first_then_larger_places() -> None:
    place("01051001", "Burg", population=300)  # the same
    place("01051002", "Burg (Spreewald)", population=100)  # the same, once its brackets are left out
    place("01051003", "Burgdorf", population=10)  # beginning
    place("01051004", "Neu Burgstall", population=900)  # beginning of a word
    place("01051005", "Ludwigsburg", population=5)  # part, smaller
    place("01051006", "Hamburg", population=1000)  # part, larger
    place("01051007", "Berg", population=9000)  # similar at most
    assert found("burg") == ["Burg", "Burg (Spreewald)", "Burgdorf", "Neu Burgstall", "Hamburg", "Ludwigsburg"]
    assert listed("burg") == found("burg")


def test_similar_places_fill_up_suggestions_but_not_a_list() -> None:
    place("01051001", "Neunkirchen", population=100)
    place("01051002", "Neuenkirchen", population=200)
    assert found("Neunkirchen") == ["Neunkirchen", "Neuenkirchen"]
    assert listed("Neunkirchen") == ["Neunkirchen"]
    assert listed("Neunkirchn") == ["Neunkirchen", "Neuenkirchen"]


def test_one_and_two_letters_find_beginnings_alone() -> None:
    place("01051001", "Ab")
    place("01051002", "Neu Ab")
    assert found("ab") == ["Ab"]
    assert listed("ab") == ["Ab"]
    assert found("neu ab") == ["Neu Ab", "Ab"]


def test_digits_are_looked_for_from_the_beginning() -> None:
    place("01051001", "Albersdorf", postcode="25767")
    assert found("2576") == ["Albersdorf"]
    assert found("5767") == []
    assert found("0105") == ["Albersdorf"]


def test_a_former_place_comes_last_and_says_so() -> None:
    place("01051001", "Burg", population=9000, valid_to=date(2023, 12, 31))
    place("01051002", "Burgdorf", population=10)
    hits = find_places("burg")
    assert [hit.name for hit in hits] == ["Burgdorf", "Burg"]
    assert place_label(hits[0]) == "Burgdorf (Kreis 01051, Schleswig-Holstein)"
    assert place_label(hits[1]).startswith("Burg (Kreis 01051, Schleswig-Holstein)")
    assert "31.12.2023" in place_label(hits[1])


def test_the_postcode_and_the_district_of_a_label_decide_between_equal_names() -> None:
    for number in range(11):
        place(
            f"0105{number % 9 + 1}0{number + 10}",
            "Neuenkirchen",
            population=1000 - number,
            postcode=f"2970{number % 10}",
        )
    district = DistrictFactory(id="03358", name="Heidekreis")
    wanted = place("03358017", "Neuenkirchen", population=1, district=district, postcode="29643")
    assert wanted not in find_places("Neuenkirchen")
    assert find_places("29643 Neuenkirchen")[0] == wanted
    assert wanted.label() == "Neuenkirchen (Heidekreis, Niedersachsen)"
    assert find_places(wanted.label())[0] == wanted


def test_equal_names_in_one_district_are_told_apart() -> None:
    one = place("13075101", "Neuenkirchen", association=AssociationFactory(id="130755551", name="Anklam-Land"))
    other = place("13075102", "Neuenkirchen", association=AssociationFactory(id="130755552", name="Landhagen"))
    label = "Neuenkirchen (Kreis 13075, Mecklenburg-Vorpommern)"
    assert one.label() == other.label() == label
    hits = sorted(find_places("Neuenkirchen"), key=lambda hit: hit.pk)
    assert distinct_labels(hits) == [f"{label}, Anklam-Land", f"{label}, Landhagen"]
    assert distinct_labels(hits[:1]) == [label]


def test_a_search_is_one_statement_and_its_labels_cost_none() -> None:
    for number in range(12):
        place(f"010510{number + 10}", f"Burg {number}", association=AssociationFactory(id=f"01051555{number % 2}"))
    with CaptureQueriesContext(connection) as captured:
        assert len(distinct_labels(find_places("burg"))) == 10
    assert len(captured) == 1


def test_a_former_place_leads_to_the_one_that_exists_today() -> None:
    first, second, third = (MunicipalityFactory(valid_to=end) for end in (date(2020, 1, 1), date(2022, 1, 1), None))
    SuccessionFactory(predecessor=first, successor=second)
    SuccessionFactory(predecessor=second, successor=third)
    assert current_successor(first) == third
    assert current_successor(third) is None


def test_a_former_place_with_several_successors_or_none_leads_nowhere() -> None:
    divided, lost = MunicipalityFactory(valid_to=date(2020, 1, 1)), MunicipalityFactory(valid_to=date(2020, 1, 1))
    SuccessionFactory(predecessor=divided)
    assert current_successor(divided) is not None
    SuccessionFactory(predecessor=divided)
    assert current_successor(divided) is None
    assert current_successor(lost) is None


def test_former_places_that_succeed_each_other_end_the_search() -> None:
    one, other = MunicipalityFactory(valid_to=date(2020, 1, 1)), MunicipalityFactory(valid_to=date(2020, 1, 1))
    SuccessionFactory(predecessor=one, successor=other)
    SuccessionFactory(predecessor=other, successor=one)
    assert current_successor(one) is None


# --- at the size of the whole register: never a scan of the table ---------------------------------------------------

REGISTER = 11_400
SYLLABLES = [
    *("ach", "berg", "bruck", "burg", "dorf", "eich", "feld", "furt", "gau", "hagen"),
    *("heim", "hofen", "kirch", "lau", "moos", "neu", "ober", "stein", "tal", "wald"),
]


@pytest.fixture
def whole_register() -> None:
    district = DistrictFactory(id="01051")
    edition = district.edition_id
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO directory_municipality
                (ags, ars, name, official_name, second_name, suffix, seat, kind, area_km2, population, land_id,
                 district_id, edition_id, valid_to)
            SELECT '01051' || lpad((n %% 1000)::text, 3, '0'), '0105100' || lpad((n / 1000)::text, 2, '0')
                || lpad((n %% 1000)::text, 3, '0'), 'x', 'x', '', '', '', '64', 10, n, '01', '01051', %s, NULL
            FROM generate_series(0, 999) AS n
            """,
            [edition],
        )
        cursor.execute(
            """
            INSERT INTO directory_land (id, name, seat, edition_id)
            SELECT lpad(n::text, 2, '0'), 'Land ' || n, '', %s FROM generate_series(2, 16) AS n
            ON CONFLICT DO NOTHING
            """,
            [edition],
        )
        cursor.execute(
            """
            INSERT INTO directory_district (id, name, seat, kind, land_id, edition_id)
            SELECT lpad(n::text, 2, '0') || '100', 'Kreis ' || n, '', '44', lpad(n::text, 2, '0'), %s
            FROM generate_series(2, 16) AS n
            """,
            [edition],
        )
        cursor.execute(
            """
            INSERT INTO directory_municipality
                (ags, ars, name, official_name, second_name, suffix, seat, kind, area_km2, population, land_id,
                 district_id, edition_id, valid_to)
            SELECT d.id || lpad(n::text, 3, '0'), d.id || '0' || lpad(n::text, 3, '0') || lpad(n::text, 3, '0'),
                'x', 'x', '', '', '', '64', 10, n, d.land_id, d.id, %s, NULL
            FROM directory_district AS d CROSS JOIN generate_series(0, 699) AS n WHERE d.id <> '01051'
            """,
            [edition],
        )
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(
            """
            INSERT INTO directory_placename (municipality_id, kind, folded)
            SELECT ags, 'name', s[1 + floor(random() * 20)::int] || s[1 + floor(random() * 20)::int] || ' '
                || s[1 + floor(random() * 20)::int] || v
            FROM directory_municipality CROSS JOIN generate_series(1, 2) AS v, (SELECT %s::text[] AS s) AS words
            UNION ALL SELECT ags, 'key', ags FROM directory_municipality
            UNION ALL SELECT ags, 'key', ars FROM directory_municipality
            """,
            [SYLLABLES],
        )
        # ANALYZE looks at 300 rows for each unit of this target, by chance where there are more: here at all of them.
        cursor.execute("SET LOCAL default_statistics_target = 200")
        cursor.execute("ANALYZE directory_municipality, directory_placename, directory_district, directory_land")


def scans(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if "Relation Name" in node:
            yield node["Node Type"], node["Relation Name"]
        for value in node.values():
            yield from scans(value)
    elif isinstance(node, list):
        for value in node:
            yield from scans(value)


def whole_scans(statement: str) -> set[str]:
    """Return the tables that a statement reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.replace('%', '%%')}", [])
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return {table for kind, table in scans(plan) if kind == "Seq Scan"} & {
        "directory_placename",
        "directory_municipality",
    }


TYPED = ["b", "s", "ob", "burgdorf", "dorf", "burgdrof", "obrestein waldd", "01", "16100", "16100345", "71638", "xqzqz"]


def test_no_search_reads_a_whole_table(whole_register: None) -> None:
    assert Municipality.objects.count() == REGISTER + 100
    # The control: the plan tells when a table is read from end to end.
    assert whole_scans("SELECT * FROM directory_municipality") == {"directory_municipality"}
    for text in TYPED:
        with CaptureQueriesContext(connection) as captured:
            find_places(text)
        assert len(captured) == 1, text
        assert re.search(r"directory_placename.*directory_municipality", captured[0]["sql"], re.DOTALL)
        assert whole_scans(captured[0]["sql"]) == set(), text

    for text in ["burgdorf", "burgdrof", "16100", "16100345", "xqzqz"]:
        with CaptureQueriesContext(connection) as captured:
            list(search_places(Municipality.objects.all(), text)[:20])
        assert len(captured) == 1, text
        # With hundreds of hits the table of municipalities may be read whole; that of names, much longer, never.
        assert "directory_placename" not in whole_scans(captured[0]["sql"]), text
