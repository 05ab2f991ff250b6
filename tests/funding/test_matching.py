"""Whether a programme fits: golden cases, three ways of asking that agree, and facts that only ever answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from funding.models import (
    Condition,
    Facts,
    Programme,
    availability_on,
    facts_of,
    judge,
    next_deadline_on,
    places_fitting,
    verdict_for,
    verdict_of,
)
from funding.vocabularies import Availability, ConditionKind, DeadlineModel, PublicApplicant, Verdict, YesNo
from portal.directory.models import Municipality
from tests.factories.directory import AssociationFactory, DistrictFactory, MunicipalityFactory
from tests.factories.funding import ConditionFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate

PLACES: dict[str, dict[str, Any]] = {
    "large town": {"ags": "08118048", "population": 93_593, "urbanisation": 1},
    "village in an association": {"association": "081185999", "population": 800, "urbanisation": 3},
    "town in another Land": {"ags": "09162001", "population": 12_000, "urbanisation": 2},
    "density unknown": {"ags": "14511001", "population": 4_999, "urbanisation": None},
    "on the limit, in an association": {"association": "145115222", "population": 5_000, "urbanisation": 3},
}
READ: dict[str, Any] = {"conditions_read_on": "2026-01-01"}

GOLDEN: list[tuple[str, dict[str, Any], list[dict[str, Any]], str]] = [
    ("no condition", READ, [], "F F F F F"),
    ("conditions not read", {}, [], "? ? ? ? ?"),
    ("one Land", {**READ, "areas": ["08"]}, [], "F F N N N"),
    ("two Länder", {**READ, "areas": ["09", "14"]}, [], "N N F F F"),
    ("not for municipalities", {**READ, "applicants": ["unternehmen"]}, [], "N N N N N"),
    ("applicants not said", {**READ, "applicants": []}, [], "? ? ? ? ?"),
    ("at most", READ, [{"kind": "einwohner", "maximum": 5_000}], "N F N F F"),
    ("at least", READ, [{"kind": "einwohner", "minimum": 5_000}], "F N F N F"),
    ("from to", READ, [{"kind": "einwohner", "minimum": 5_000, "maximum": 20_000}], "N N F N F"),
    ("districts", READ, [{"kind": "gebiet", "places": ["08118", "14511"]}], "F F N F F"),
    ("association by key", READ, [{"kind": "gebiet", "places": ["081185999"]}], "N F N N N"),
    ("members", READ, [{"kind": "verband", "demanded": "ja"}], "N F N N F"),
    ("without association", READ, [{"kind": "verband", "demanded": "nein"}], "F N F F N"),
    ("thinly populated", READ, [{"kind": "verstaedterung", "urbanisation": [3]}], "N F N ? F"),
    ("funded before", READ, [{"kind": "vorfoerderung", "demanded": "nein"}], "? ? ? ? ?"),
    ("something in place", READ, [{"kind": "vorhaben", "question": "Ein Konzept ist beschlossen."}], "? ? ? ? ?"),
    (
        "size, density and partners",
        READ,
        [
            {"kind": "einwohner", "maximum": 5_000},
            {"kind": "verstaedterung", "urbanisation": [3]},
            {"kind": "partner", "minimum": 2},
        ],
        "N ? N ? ?",
    ),
    ("not read, but too large", {}, [{"kind": "einwohner", "maximum": 5_000}], "N ? N ? ?"),
    ("associations alone", READ, [{"kind": "antragsteller", "applicants": ["verband"]}], "N N N N N"),
]
LETTERS = {"F": Verdict.FITS, "?": Verdict.UNKNOWN, "N": Verdict.MISFIT}


def made(programme: dict[str, Any], conditions: list[dict[str, Any]]) -> Programme:
    made_programme = ProgrammeFactory(**programme)
    for position, values in enumerate(conditions):
        condition = ConditionFactory.build(programme=made_programme, position=position, **{"maximum": None, **values})
        condition.full_clean(exclude=["programme", "places"])
        condition.save()
    return made_programme


@pytest.fixture
def places() -> list[Municipality]:
    made_places = []
    for values in PLACES.values():
        above = {"association": AssociationFactory(id=values["association"])} if "association" in values else {}
        made_places.append(MunicipalityFactory(**values | above))
    return made_places


@pytest.mark.parametrize(
    ("programme", "conditions", "expected"), [case[1:] for case in GOLDEN], ids=[c[0] for c in GOLDEN]
)
def test_golden_cases_in_all_three_ways(
    places: list[Municipality], programme: dict[str, Any], conditions: list[dict[str, Any]], expected: str
) -> None:
    """Nineteen programmes and five municipalities: ninety-five cases, each judged in words, by list and by place."""
    row = made(programme, conditions)
    verdicts = [LETTERS[letter].value for letter in expected.split()]
    assert [verdict_of(judge(row, facts_of(place))).value for place in places] == verdicts
    listed = [Programme.objects.annotate(fit=verdict_for(facts_of(place))).get(pk=row.pk).fit for place in places]
    assert listed == verdicts
    found = dict(places_fitting(row, Municipality.objects.all()).values_list("ags", "fit"))
    assert [found[place.pk] for place in places] == verdicts


ANSWERED: list[tuple[dict[str, Any], dict[str, Any], bool | None, str]] = [
    ({"kind": "partner", "minimum": 2}, {"partners": 1}, None, "N"),
    ({"kind": "partner", "minimum": 2}, {"partners": 2}, None, "F"),
    ({"kind": "partner", "minimum": 1}, {"partners": 0}, None, "N"),
    ({"kind": "vorfoerderung", "demanded": "nein"}, {}, True, "N"),
    ({"kind": "vorfoerderung", "demanded": "nein"}, {}, False, "F"),
    ({"kind": "vorfoerderung", "demanded": "ja"}, {}, True, "F"),
    ({"kind": "vorfoerderung", "demanded": "ja"}, {}, False, "N"),
    ({"kind": "vorhaben", "question": "Ein Konzept ist beschlossen."}, {}, True, "F"),
    ({"kind": "vorhaben", "question": "Ein Konzept ist beschlossen."}, {}, False, "N"),
]


@pytest.mark.parametrize(("condition", "facts", "answer", "expected"), ANSWERED)
def test_answers_decide_what_the_register_cannot(
    places: list[Municipality], condition: dict[str, Any], facts: dict[str, Any], answer: bool | None, expected: str
) -> None:
    row = made(READ, [condition])
    answers = {} if answer is None else {row.conditions.get().pk: answer}
    known = facts_of(places[0], **facts, answers=answers)
    assert verdict_of(judge(row, known)) == LETTERS[expected]
    assert Programme.objects.annotate(fit=verdict_for(known)).get(pk=row.pk).fit == LETTERS[expected]


def test_each_condition_gives_its_reason_and_its_source(places: list[Municipality]) -> None:
    row = made(READ, [{"kind": "einwohner", "maximum": 5_000}, {"kind": "partner", "minimum": 2}])
    judged = judge(row, facts_of(places[0]))
    assert [one.verdict for one in judged] == [Verdict.MISFIT, Verdict.UNKNOWN, Verdict.FITS, Verdict.FITS]
    assert judged[0].sentence == f"Verlangt: höchstens 5.000 Einwohnerinnen und Einwohner. {places[0].name} hat 93.593."
    assert judged[0].source == "Nr. 3.1 der Richtlinie"
    assert judged[1].asks == "partners"
    assert all(one.sentence for one in judged)


def test_associations_and_districts_are_judged_by_their_kind() -> None:
    association = AssociationFactory(id="081185999")
    open_to_all = made(READ, [])
    named = made(READ, [{"kind": "antragsteller", "applicants": ["verband", "gemeinde"]}])
    own = facts_of(association, inhabitants=7_000)
    district = facts_of(DistrictFactory(id="08118"), inhabitants=500_000)
    assert (own.kind, district.kind) == (PublicApplicant.ASSOCIATION, PublicApplicant.DISTRICT)
    for facts, expected in ((own, ["?", "F"]), (district, ["?", "N"])):
        verdicts = [LETTERS[letter] for letter in expected]
        assert [verdict_of(judge(row, facts)) for row in (open_to_all, named)] == verdicts
        listed = dict(Programme.objects.annotate(fit=verdict_for(facts)).values_list("pk", "fit"))
        assert [listed[row.pk] for row in (open_to_all, named)] == [verdict.value for verdict in verdicts]


def _facts(draw: Callable[..., Any], key: int) -> Facts:
    return Facts(
        kind=draw(st.sampled_from(PublicApplicant)),
        name="Ort",
        land_id=draw(st.sampled_from(["08", "09"])),
        land_name="Land",
        keys=("08", "08118", "08118048"),
        inhabitants=draw(st.none() | st.integers(0, 10_000)),
        urbanisation=draw(st.none() | st.sampled_from([1, 2, 3])),
        is_member=draw(st.none() | st.booleans()),
        partners=draw(st.none() | st.integers(0, 3)),
        answers=draw(st.just({}) | st.dictionaries(st.just(key), st.booleans())),
    )


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_further_fact_never_turns_a_misfit_into_something_unknown(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(ConditionKind)))
    numbers = st.none() | st.integers(1, 10_000)
    condition = Condition(
        pk=7,
        kind=kind,
        places=["08118"],
        applicants=[data.draw(st.sampled_from(list(PublicApplicant))).value],
        minimum=data.draw(st.integers(1, 3)) if kind == ConditionKind.PARTNERS else data.draw(numbers),
        maximum=data.draw(numbers),
        demanded=data.draw(st.sampled_from(list(YesNo))),
        urbanisation=[data.draw(st.sampled_from([1, 2, 3]))],
        question="Ein Konzept ist beschlossen.",
        source="Nr. 1",
    )
    row = Programme(areas=["08"], applicants=data.draw(st.sampled_from([[], ["kommune"]])), conditions=[condition])
    row.conditions_read_on = data.draw(st.sampled_from([None, TODAY()]))
    before = _facts(data.draw, 7)
    after = _facts(data.draw, 7)
    kept = {
        name: getattr(before, name) if getattr(before, name) is not None else getattr(after, name)
        for name in ("inhabitants", "urbanisation", "is_member", "partners")
    }
    more = Facts(
        kind=before.kind,
        name="Ort",
        land_id=before.land_id,
        land_name="Land",
        keys=before.keys,
        answers={**after.answers, **before.answers},
        **kept,
    )
    if verdict_of(judge(row, before)) == Verdict.MISFIT:
        assert verdict_of(judge(row, more)) == Verdict.MISFIT
    elif verdict_of(judge(row, before)) == Verdict.FITS:
        assert verdict_of(judge(row, more)) == Verdict.FITS


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "gebiet", "places": ["08118", "99999"]}, "places"),
        ({"kind": "gebiet", "places": []}, "places"),
        ({"kind": "einwohner", "minimum": 10, "maximum": 5}, "maximum"),
        ({"kind": "einwohner"}, "minimum"),
        ({"kind": "einwohner", "minimum": 10, "places": ["08118"]}, "places"),
        ({"kind": "partner", "minimum": 0}, "minimum"),
        ({"kind": "verband"}, "demanded"),
        ({"kind": "verstaedterung", "urbanisation": [4]}, "urbanisation"),
        ({"kind": "nichts", "minimum": 1}, "kind"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused_with_its_field(values: dict[str, Any], field: str) -> None:
    DistrictFactory(id="08118")
    condition = ConditionFactory.build(programme=ProgrammeFactory(), **{"maximum": None, **values})
    with pytest.raises(ValidationError) as refused:
        condition.full_clean()
    assert field in refused.value.message_dict


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "einwohner", "minimum": 10, "maximum": 5},
        {"kind": "einwohner"},
        {"kind": "partner", "minimum": 0},
        {"kind": "gebiet", "places": ["08118"], "minimum": 3},
        {"kind": "verstaedterung", "urbanisation": [4]},
        {"kind": "einwohner", "minimum": 1, "source": ""},
    ],
)
def test_the_database_refuses_it_as_well(values: dict[str, Any]) -> None:
    condition = ConditionFactory.build(programme=ProgrammeFactory(), **{"maximum": None, **values})
    with pytest.raises(IntegrityError), transaction.atomic():
        condition.save()


DAYS = (None, -40, -1, 0, 1, 30, 31, 200)


@settings(max_examples=200, deadline=None)
@given(
    model=st.sampled_from(["", *DeadlineModel.values]),
    opens=st.sampled_from(DAYS),
    closes=st.sampled_from(DAYS),
    cut_off=st.lists(st.sampled_from(DAYS[1:]), max_size=3, unique=True),
    expected=st.sampled_from(DAYS),
    withdrawn=st.sampled_from(DAYS),
)
def test_code_and_database_say_the_same_of_deadlines(  # noqa: PLR0913, PLR0917 - all that decides
    model: str, opens: int | None, closes: int | None, cut_off: list[int], expected: int | None, withdrawn: int | None
) -> None:
    today = TODAY()

    def day(offset: int | None) -> Any:
        return None if offset is None else today + timedelta(days=offset)

    if opens is not None and closes is not None and closes < opens:
        opens, closes = closes, opens
    row = ProgrammeFactory(
        deadline_model=model,
        opens_on=day(opens),
        closes_on=day(closes),
        cut_off_dates=[day(one) for one in cut_off],
        next_expected_on=day(expected),
        withdrawn_on=day(withdrawn),
    )
    found = Programme.objects.annotate(coming_deadline=next_deadline_on(today)).annotate(said=availability_on(today))
    asked = found.values_list("coming_deadline", "said").get(pk=row.pk)
    assert asked == (row.next_deadline(today), row.availability(today).value)
    row.delete()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Availability.UNKNOWN),
        ({"deadline_model": "laufend"}, Availability.OPEN),
        ({"opens_on": 5}, Availability.ANNOUNCED),
        ({"closes_on": 0}, Availability.CLOSING),
        ({"closes_on": 30}, Availability.CLOSING),
        ({"closes_on": 31}, Availability.OPEN),
        ({"closes_on": -1}, Availability.CLOSED),
        ({"closes_on": -1, "deadline_model": "wiederkehrend"}, Availability.RECURRING),
        ({"closes_on": -1, "next_expected_on": 60}, Availability.RECURRING),
        ({"closes_on": 60, "deadline_model": "ausgeschoepft"}, Availability.EXHAUSTED),
        ({"closes_on": 60, "withdrawn_on": 0}, Availability.WITHDRAWN),
        ({"closes_on": 60, "withdrawn_on": 1}, Availability.OPEN),
    ],
)
def test_states_follow_from_dates(values: dict[str, Any], expected: Availability) -> None:
    today = TODAY()
    dates = {
        name: value if name == "deadline_model" else today + timedelta(days=value) for name, value in values.items()
    }
    assert Programme(**dates).availability(today) == expected
