"""Factories for the index, the words it knows, and what was looked for in vain."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.search.models import Entry, LoggedClick, LoggedSearch, Pending, SplitWord, SynonymGroup, Word


class LoggedSearchFactory(DjangoModelFactory[LoggedSearch]):
    """A search of today that found nothing."""

    class Meta:
        """Each call other words."""

        model = LoggedSearch

    day = factory.LazyFunction(timezone.localdate)
    words = factory.Sequence(lambda n: f"gibt es nicht {n}")


class EntryFactory(DjangoModelFactory[Entry]):
    """An entry of a thing that is not there any more: nobody finds it (``hidden`` or not)."""

    class Meta:
        """Each call another thing."""

        model = Entry

    class Params:
        hidden = factory.Trait()

    kind = "guides"
    key = factory.Sequence(lambda n: f"{10_000_000 + n}")
    url = factory.LazyAttribute(lambda one: f"/gibt-es-nicht/{one.key}/")
    title = factory.LazyAttribute(lambda one: f"Eintrag {one.key}")


class PendingFactory(DjangoModelFactory[Pending]):
    """A change of something that is not there any more."""

    class Meta:
        """Each call another thing."""

        model = Pending

    kind = "guides"
    key = factory.Sequence(lambda n: f"{20_000_000 + n}")


class WordFactory(DjangoModelFactory[Word]):
    """A word of the texts."""

    class Meta:
        """Each call another word."""

        model = Word

    word = factory.Sequence(lambda n: f"musterwort{n}")
    entries = 3


class SplitWordFactory(DjangoModelFactory[SplitWord]):
    """A part of compounds."""

    class Meta:
        """Each call another word."""

        model = SplitWord

    word = factory.Sequence(lambda n: "muster" + "abcdefghij"[n % 10] * (n // 10 + 1))


class SynonymGroupFactory(DjangoModelFactory[SynonymGroup]):
    """Two words that mean the same."""

    class Meta:
        """Each call other words."""

        model = SynonymGroup

    words = factory.Sequence(lambda n: [f"Quidde {n}", f"Quitte {n}"])


class LoggedClickFactory(DjangoModelFactory[LoggedClick]):
    """An opened result."""

    class Meta:
        model = LoggedClick

    day = factory.LazyFunction(timezone.localdate)
    words = factory.Sequence(lambda n: f"wort {n}")
    kind = "guides"
