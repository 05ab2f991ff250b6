"""The demonstration programmes."""

import datetime
import re

import pytest

from funding.demo import load, load_applications
from funding.models import Application, Condition, Contact, Link, Programme
from funding.services import applying
from funding.vocabularies import Applicant, Area, ConditionKind, Field, Kind, Level
from tests.factories.actors import organisation_of
from tests.factories.directory import MunicipalityFactory

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 2)


@pytest.fixture
def demo(time_machine) -> list[Programme]:
    time_machine.move_to(datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC), tick=False)
    assert load() == len(Programme.objects.all())
    return list(Programme.objects.all())


def test_loading_again_makes_and_changes_nothing(demo):
    before = list(Programme.objects.order_by("pk").values())
    assert load() == 0
    assert list(Programme.objects.order_by("pk").values()) == before
    assert len(before) >= 40


def test_every_programme_is_marked_as_demonstration_wherever_it_shows(demo):
    for programme in demo:
        assert programme.is_demonstration()
        assert programme.title.endswith("(Demonstration)")
        assert all(funder.startswith("Muster") and funder.endswith("(Demonstration)") for funder in programme.funders)
    assert all("Demonstration" in institution for institution in Contact.objects.values_list("institution", flat=True))
    addresses = [*Link.objects.values_list("url", flat=True), *Contact.objects.values_list("website", flat=True)]
    assert all(re.match(r"https://[a-z]+\.example\.org/", address) for address in addresses if address)
    assert all(email.endswith(".example.org") for email in Contact.objects.values_list("email", flat=True) if email)


def test_every_state_kind_level_and_field_occurs(demo):
    assert {programme.state for programme in demo} == set(Programme.State)
    assert {kind for programme in demo for kind in programme.kinds} == set(Kind)
    assert {level for programme in demo for level in programme.levels} == set(Level)
    assert {field for programme in demo for field in programme.fields} == set(Field)
    assert {one for programme in demo for one in programme.applicants} == set(Applicant)
    assert any("kommune" not in programme.applicants for programme in demo)
    assert {area for programme in demo for area in programme.areas} == set(Area)


def test_checks_are_relative_to_today_and_show_every_case(demo):
    ages = [(TODAY - programme.checked_on).days for programme in demo if programme.checked_on]
    assert min(ages) <= 7
    assert any(programme.is_check_overdue for programme in demo)
    assert max(ages) > 180
    assert any(programme.checked_on is None for programme in demo)
    assert any(programme.absent_since for programme in demo)
    assert any(programme.status_note for programme in demo)
    with_contact = Programme.objects.exclude(contacts=None).distinct().count()
    assert 0 < with_contact < len(demo)


def test_dates_in_texts_are_written_out(demo):
    programme = Programme.objects.get(source_key="digitales-rathaus")
    assert programme.deadlines == "Skizzen werden bis zum 16. Mai 2026 angenommen."
    assert not any("{day" in text for text in Programme.objects.values_list("deadlines", flat=True))


def test_the_town_of_the_demonstration_has_applications_and_others_of_its_size_as_well(demo):
    places = [MunicipalityFactory(ags=f"0811800{number}", population=3_000) for number in range(1, 6)]
    own = organisation_of(places[0])
    for place in places[1:]:
        organisation_of(place)
    assert load_applications(own.slug) == 7
    assert load_applications(own.slug) == 0
    assert load_applications("gibt-es-nicht") == 0
    kept = Application.objects.filter(organisation=own)
    assert set(kept.values_list("state", flat=True)) == {"planned", "applied", "approved", "shortlisted"}
    assert all(application.title.endswith("(Demonstration)") for application in Application.objects.all())
    programme = Programme.objects.get(source_key="digitales-rathaus")
    assert applying.got_by_similar(programme, places[0]) == 3
    assert len(applying.reusable(programme)) == 1


def test_the_demonstration_shows_every_state_of_deadlines_and_every_kind_of_condition(demo):
    states = {programme.availability() for programme in demo}
    assert {"open", "closing", "announced", "recurring", "closed", "exhausted", "withdrawn", "unknown"} <= states
    kinds = set(Condition.objects.values_list("kind", flat=True))
    assert kinds == set(ConditionKind.values)
