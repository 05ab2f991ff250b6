"""Factories for notifications and mails."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.notifications.models import (
    Delivery,
    Digest,
    Heartbeat,
    Notification,
    Preference,
    Recipient,
    Rhythm,
    Suppression,
)
from tests.factories.accounts import UserFactory


class RecipientFactory(DjangoModelFactory[Recipient]):
    """A person with an account; ``subscriber`` is an address alone, which was confirmed."""

    class Meta:
        model = Recipient

    class Params:
        hidden = factory.Trait()
        subscriber = factory.Trait(
            person=None,
            email=factory.Sequence(lambda n: f"abo{n}@example.org"),
            confirmed_at=factory.LazyFunction(timezone.now),
        )

    person = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: type[Recipient], *_args: Any, **kwargs: Any) -> Recipient:
        person = kwargs.pop("person", None)
        if person is None:
            return model_class.objects.create(**kwargs)
        return model_class.objects.update_or_create(person=person, defaults=kwargs)[0]


class PreferenceFactory(DjangoModelFactory[Preference]):
    """A choice."""

    class Meta:
        model = Preference

    recipient = factory.SubFactory(RecipientFactory)
    kind = "following"
    rhythm = Rhythm.DAILY


class NotificationFactory(DjangoModelFactory[Notification]):
    """Something to be told once a day, which about nothing but itself."""

    class Meta:
        model = Notification

    class Params:
        hidden = factory.Trait()

    recipient = factory.SubFactory(RecipientFactory)
    kind = "following"
    thread = factory.Sequence(lambda n: f"thread:{n}")
    dedupe_key = factory.Sequence(lambda n: f"key:{n}")
    rhythm = Rhythm.DAILY
    created_at = factory.LazyFunction(timezone.now)
    due_at = factory.LazyFunction(timezone.now)


class DigestFactory(DjangoModelFactory[Digest]):
    """A mail of a day."""

    class Meta:
        model = Digest

    recipient = factory.SubFactory(RecipientFactory)
    rhythm = Rhythm.DAILY
    period_key = factory.Sequence(lambda n: f"daily:{2020 + n}-01-01")
    created_at = factory.LazyFunction(timezone.now)


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """A mail that waits to be sent. Only administrators see the line."""

    class Meta:
        model = Delivery

    class Params:
        hidden = factory.Trait()

    digest = factory.SubFactory(DigestFactory)
    kinds = "following"
    due_at = factory.LazyFunction(timezone.now)
    created_at = factory.LazyFunction(timezone.now)


class SuppressionFactory(DjangoModelFactory[Suppression]):
    """An address that no mail goes to."""

    class Meta:
        model = Suppression

    address_hash = factory.Sequence(lambda n: f"{n:064x}")
    reason = Suppression.Reason.BOUNCE
    counted_at = factory.LazyFunction(timezone.now)


class HeartbeatFactory(DjangoModelFactory[Heartbeat]):
    """A sign of life of an hour ago."""

    class Meta:
        model = Heartbeat

    name = factory.Sequence(lambda n: f"machine-{n}")
    at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
