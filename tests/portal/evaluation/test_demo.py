"""The demonstration of the evaluation: marked, complete, and the same after a second run."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.evaluation.demo import load
from portal.evaluation.models import Measurement, Review, Ring, RingChange, Technology
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db


def test_every_ring_has_a_technology_each_with_its_history_and_marked() -> None:
    ProgrammeFactory.create_batch(3)
    assert load() == Technology.objects.count()
    assert {technology.ring for technology in Technology.objects.all()} == set(Ring.values)
    for technology in Technology.objects.all():
        assert technology.is_demonstration
        assert technology.changes.first().after == technology.ring
        assert "Diese Beurteilung ist erfunden" in Client().get(technology.get_absolute_url()).content.decode()
    assert Technology.objects.overdue().exists(), "one shows what it looks like when a judgement is due"
    assert Measurement.objects.exclude(day=timezone.localdate()).exists()
    report = Review.objects.published().get()
    assert report.findings.startswith("Demonstration")
    assert report.figures[0]["days"]


def test_a_second_run_changes_nothing() -> None:
    load()
    before = (Technology.objects.count(), RingChange.objects.count(), Measurement.objects.count())
    assert load() == 0
    assert (Technology.objects.count(), RingChange.objects.count(), Measurement.objects.count()) == before
