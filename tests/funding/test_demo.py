"""The demonstration programmes."""

import datetime
import re

import pytest

from funding.demo import load
from funding.models import Contact, Link, Programme
from funding.vocabularies import Applicant, Area, Field, Kind, Level

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
