"""Factories for what was looked for in vain."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.search.models import EmptySearch


class EmptySearchFactory(DjangoModelFactory[EmptySearch]):
    """A search of today that found nothing."""

    class Meta:
        """Each call other words."""

        model = EmptySearch

    day = factory.LazyFunction(timezone.localdate)
    words = factory.Sequence(lambda n: f"gibt es nicht {n}")
