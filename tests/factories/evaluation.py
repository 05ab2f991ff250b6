"""Factories for figures, reviews and the technology radar."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.evaluation.models import (
    DailyCount,
    Maturity,
    Measure,
    Measurement,
    Proposal,
    Review,
    ReviewInterval,
    Ring,
    RingChange,
    Technology,
)
from tests.factories.accounts import UserFactory


class MeasurementFactory(DjangoModelFactory[Measurement]):
    """A measurement of today."""

    class Meta:
        model = Measurement

    indicator = "funding-published"
    day = factory.Sequence(lambda n: timezone.localdate() - timedelta(days=n))
    value = 42.0
    measured_at = factory.LazyFunction(timezone.now)


class DailyCountFactory(DjangoModelFactory[DailyCount]):
    """A count of today."""

    class Meta:
        model = DailyCount

    day = factory.LazyFunction(timezone.localdate)
    what = "visits"
    subject = factory.Sequence(lambda n: f"page-{n}")
    number = 1


class ReviewFactory(DjangoModelFactory[Review]):
    """A published report; ``hidden`` is one that is being written."""

    class Meta:
        model = Review

    class Params:
        hidden = factory.Trait(findings="", published_at=None)

    area = "funding"
    since = factory.LazyAttribute(lambda review: review.until - timedelta(days=180))
    until = factory.Sequence(lambda n: timezone.localdate() - timedelta(days=200 * n))
    findings = "Mehr Programme als zuvor.\n\nDie Prüfung hinkt hinterher."
    published_at = factory.LazyFunction(timezone.now)


class ReviewIntervalFactory(DjangoModelFactory[ReviewInterval]):
    """An area that is reviewed every year."""

    class Meta:
        model = ReviewInterval

    area = factory.Sequence(lambda n: f"area-{n}")
    months = 12


class MeasureFactory(DjangoModelFactory[Measure]):
    """Something to be done within a month."""

    class Meta:
        model = Measure

    review = factory.SubFactory(ReviewFactory)
    text = "Älteste Programme prüfen"
    function = "Redaktion"
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))


class TechnologyFactory(DjangoModelFactory[Technology]):
    """A published technology; ``hidden`` is a draft."""

    class Meta:
        model = Technology

    class Params:
        hidden = factory.Trait(is_published=False)

    slug = factory.Sequence(lambda n: f"technologie-{n:05}")
    name = factory.Sequence(lambda n: f"Mustertechnologie {n:05}")
    summary = "Hilft beim Messen."
    description = "Sensoren melden Pegel und Temperaturen."
    ring = Ring.TRY
    maturity = Maturity.MARKET
    fields = factory.LazyFunction(lambda: ["mobilitaet"])
    evidence = "Drei Kommunen haben es erprobt."
    review_due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=180))
    is_published = True


class RingChangeFactory(DjangoModelFactory[RingChange]):
    """That a technology came to its first ring."""

    class Meta:
        model = RingChange

    technology = factory.SubFactory(TechnologyFactory)
    after = Ring.TRY
    reason = "Erste gute Erfahrungen"


class ProposalFactory(DjangoModelFactory[Proposal]):
    """A proposal without an answer. Nobody but its person and the radar's keepers see it."""

    class Meta:
        model = Proposal

    class Params:
        hidden = factory.Trait()

    person = factory.SubFactory(UserFactory)
    name = "Digitale Zwillinge"
    reason = "Damit lassen sich Straßensperrungen durchspielen."
