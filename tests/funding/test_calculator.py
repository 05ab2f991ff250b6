"""The calculator's page, the plan of an undertaking, and calendars of deadlines."""

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from icalendar import Calendar
from openpyxl import load_workbook

from funding.models import Programme
from funding.services.planning import add_months, plan_for
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db

CALCULATOR = "/foerderung/rechner/"
OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}


def text(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def programme(**values) -> Programme:
    return ProgrammeFactory(**{"rate_min": 60, "rate_max": 80, "own_share_min": 10, "cumulation": "ja"} | values)


def test_the_page_without_anything_says_what_to_do(client: Client) -> None:
    page = client.get(CALCULATOR)
    assert page.status_code == 200
    assert "Noch ist kein Programm gewählt" in text(page)
    assert page.context["result"] is None


def test_costs_of_two_years_give_grants_own_share_and_liquidity(client: Client) -> None:
    one = programme(title="Rathaus", amount_max=50_000)
    asked = {"programm": one.slug, "kosten-1": "40.000,50", "kosten-2": "60000", "sonst-2": "1.000 €"}
    page = client.get(CALCULATOR, asked)
    shown = text(page)
    assert "51.000,50 € bleiben bei Ihnen (50,5 % aller Kosten); die Zuschüsse zahlen 50.000 €." in shown
    assert "Gekappt beim größten Zuschuss von 50.000 €." in shown
    assert page.context["shown"].chart is not None
    book = load_workbook(io.BytesIO(client.get(CALCULATOR, {**asked, "als": "xlsx"}).content)).active
    assert book is not None
    rows = list(book.iter_rows(values_only=True))
    assert rows[0] == ("Jahr", "Kosten", "Rathaus", "Eingehende Zuschüsse", "Eigene Mittel im Jahr", "Vorgestreckt")
    assert rows[-1] == ("Summe", 101000.5, 50000, 50000, 51000.5, None)


def test_another_rate_and_budget_consolidation_count(client: Client) -> None:
    one = programme(own_share_min=30, own_share_reduced=5)
    asked = {"programm": one.slug, "kosten-1": "1000", f"satz-{one.slug}": "80"}
    assert "300 € bleiben bei Ihnen" in text(client.get(CALCULATOR, asked))
    assert "200 € bleiben bei Ihnen" in text(client.get(CALCULATOR, {**asked, "sicherung": "on"}))


def test_what_a_reader_said_about_her_budget_is_filled_in(client: Client) -> None:
    one = programme(own_share_reduced=5)
    client.cookies["kommune"] = MunicipalityFactory(ags="08118048").pk
    assert "Sind Sie in der Haushaltssicherung?" in text(client.get(one.get_absolute_url()))
    client.post(reverse("funding:answer", args=[one.slug]), {"sicherung": "ja"}, **OWN)
    assert "Sind Sie in der Haushaltssicherung?" not in text(client.get(one.get_absolute_url()))
    assert client.get(CALCULATOR, {"programm": one.slug}).context["form"]["sicherung"].value() is True


def test_programmes_are_found_and_added_by_words_of_their_title(client: Client) -> None:
    one, other = programme(title="Rathaus"), programme(title="Radwege")
    programme(title="Radios", rate_min=None, rate_max=None)
    programme(title="Radwege im Entwurf", hidden=True)
    page = client.get(CALCULATOR, {"programm": one.slug, "dazu": "rad", "kosten-1": "100"})
    assert page.context["choice"].found == [("Radwege", f"?programm={one.slug}&programm={other.slug}&kosten-1=100")]
    both = client.get(CALCULATOR + page.context["choice"].found[0][1])
    assert [line["programme"].title for line in both.context["chosen"]] == ["Rathaus", "Radwege"]
    assert both.context["chosen"][0]["remove_url"] == f"?programm={other.slug}&kosten-1=100"
    nothing = client.get(CALCULATOR, {"dazu": "quark"})
    assert nothing.status_code == 400
    assert "Kein Programm, das sich dazunehmen ließe" in text(nothing)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"kosten-1": "viel"}, "Bitte geben Sie einen Betrag in Euro ein"),
        ({"kosten-2": "1,234"}, "Bitte geben Sie einen Betrag in Euro ein"),
        ({"kosten-1": "-5"}, "Bitte geben Sie einen Betrag in Euro ein"),
        ({"sonst-1": "99999999999"}, "zu groß"),
        ({"programm": ["gibt-es-nicht"]}, "gibt es nicht mehr"),
        ({"programm": ["a", "b", "c", "d"]}, "Höchstens 3 Programme"),
        ({"dazu": "x" * 201}, "Kein Programm, das sich dazunehmen ließe"),
    ],
)
def test_what_cannot_be_understood_is_said_and_kept(client: Client, query: dict[str, str], said: str) -> None:
    page = client.get(CALCULATOR, query)
    assert page.status_code == 400
    assert said in text(page)
    for value in query.values():
        if isinstance(value, str):
            assert value in page.content.decode()


def test_programmes_that_exclude_each_other_are_said_to(client: Client) -> None:
    one, other = programme(title="Allein", cumulation="nein"), programme(title="Zweites")
    page = client.get(CALCULATOR, {"programm": [one.slug, other.slug], "kosten-1": "100"})
    assert "„Allein“ erlaubt für dieselben Kosten keine anderen öffentlichen Mittel" in text(page)
    assert "bleiben bei Ihnen" not in text(page)


# --- the plan ---


def days(row: Programme, today: date) -> dict[str, date]:
    plan = plan_for(row, today)
    assert plan is not None
    return {step.label: step.on for step in plan.steps}


def test_a_plan_follows_deadline_decision_start_end_and_proof() -> None:
    today = date(2026, 12, 1)
    row = programme(
        closes_on=date(2027, 1, 15),
        full_application_on=date(2027, 3, 1),
        decision_weeks=10,
        longest_months=24,
        proof_months=6,
        binding_years=5,
        early_start="nein",
    )
    assert days(row, today) == {
        "Antrag": date(2027, 1, 15),
        "Vollantrag": date(2027, 3, 1),
        "Bescheid": date(2027, 5, 10),
        "Frühester Beginn": date(2027, 5, 10),
        "Spätestes Ende": date(2029, 5, 10),
        "Verwendungsnachweis": date(2029, 11, 10),
        "Ende der Bindungsfrist": date(2034, 5, 10),
    }
    plan = plan_for(row, today)
    assert plan is not None
    assert plan.warning.startswith("Beginnen Sie nicht vor dem Bescheid.")


@pytest.mark.parametrize(
    ("early_start", "start", "warning"),
    [
        ("ja", date(2026, 12, 1), ""),
        ("nach-antrag", date(2026, 12, 1), "Beginnen Sie nicht, bevor der Antrag eingegangen ist."),
        ("auf-antrag", date(2026, 12, 15), "Beginnen Sie nicht vor dem Bescheid oder der Zustimmung"),
        ("", date(2026, 12, 15), "Beginnen Sie nicht vor dem Bescheid."),
    ],
)
def test_the_earliest_start_depends_on_what_is_allowed(early_start: str, start: date, warning: str) -> None:
    row = programme(deadline_model="laufend", decision_weeks=2, early_start=early_start)
    today = date(2026, 12, 1)
    assert days(row, today)["Frühester Beginn"] == start
    plan = plan_for(row, today)
    assert plan is not None
    assert plan.warning.startswith(warning)


@pytest.mark.parametrize(
    "values",
    [{}, {"closes_on": date(2026, 1, 1)}, {"deadline_model": "ausgeschoepft"}, {"withdrawn_on": date(2026, 1, 1)}],
)
def test_there_is_no_plan_where_nothing_can_be_applied_for(values: dict[str, object]) -> None:
    assert plan_for(programme(**values), date(2026, 12, 1)) is None


def test_months_end_where_the_month_ends() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)


# --- calendars ---


def test_calendars_have_every_deadline_that_is_not_over(client: Client) -> None:
    today = timezone.localdate()
    row = programme(
        title="Rathaus",
        cut_off_dates=[today - timedelta(days=1), today, today + timedelta(days=40)],
        full_application_on=today + timedelta(days=90),
    )
    programme(title="Ohne Frist")
    for address in (reverse("funding:programme_calendar", args=[row.slug]), reverse("funding:list_calendar")):
        response = client.get(address)
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        events = Calendar.from_ical(response.content).walk("VEVENT")
        assert [(str(event["SUMMARY"]), event["DTSTART"].dt) for event in events] == [
            ("Frist: Rathaus", today),
            ("Frist: Rathaus", today + timedelta(days=40)),
            ("Vollantrag: Rathaus", today + timedelta(days=90)),
        ]
    assert client.get(reverse("funding:list_calendar"), {"kind": "quatsch"}).status_code == 400
    assert client.get(reverse("funding:list_calendar"), {"kind": "darlehen"}).status_code == 200
    hidden = programme(hidden=True)
    assert client.get(reverse("funding:programme_calendar", args=[hidden.slug])).status_code == 404
