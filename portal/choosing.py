"""Choosing things to compare or calculate with: their slugs stand in the address, further ones are found by words."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

WORDS = "dazu"
MOST_FOUND = 8
"""Things offered to be added."""

LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What is said about a choice, in the reader's language.

    Attributes:
        too_many: that only so many are possible.
        gone: that one is no longer there.
        nothing_found: that the words find nothing that could be added.
        add: label of the field for the words.
    """

    too_many: str
    gone: str
    nothing_found: str
    add: str


class Choice:
    """The things that an address names, in its order, and those that its words find; each has a slug and a title."""

    def __init__(  # noqa: PLR0913 - keywords alone, each says something else
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        *,
        parameter: str,
        most: int,
        texts: Texts,
        among: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows,
    ) -> None:
        """Take the request and what the reader may see.

        Args:
            request: whose address names the things.
            rows: all that the reader may see, with what the page shows of each.
            parameter: name of the parameter with the slugs.
            most: how many there may be.
            texts: what is said about the choice.
            among: which of those that are found can be added.
        """
        self.request = request
        self.rows = rows
        self.parameter = parameter
        self.most = most
        self.texts = texts
        self.among = among

    @cached_property
    def slugs(self) -> list[str]:
        """What the address names, each once."""
        return list(dict.fromkeys(slug.replace("\x00", "") for slug in self.request.GET.getlist(self.parameter)))

    @cached_property
    def things(self) -> list[Any]:
        """Those that are there and that the reader may see."""
        there = {thing.slug: thing for thing in self.rows.filter(slug__in=self.slugs[: self.most])}
        return [there[slug] for slug in self.slugs if slug in there]

    @cached_property
    def words(self) -> str:
        """What a further one is looked for by."""
        return self.request.GET.get(WORDS, "").replace("\x00", "").strip()

    @cached_property
    def found(self) -> list[tuple[str, str]]:
        """Title of each thing that can be added, and the address that adds it."""
        if not self.words or len(self.words) > LONGEST_WORDS or self.is_full:
            return []
        rows = self.rows.filter(title__icontains=self.words).exclude(slug__in=self.slugs)
        fitting = self.among(rows).order_by("title", "pk")[:MOST_FOUND]
        return [(title, self.query(add=slug)) for title, slug in fitting.values_list("title", "slug")]

    @property
    def is_full(self) -> bool:
        """Whether no further one can be added."""
        return len(self.things) >= self.most

    @property
    def problem(self) -> str:
        """What is wrong with the address; empty when all is well."""
        if len(self.slugs) > self.most:
            return self.texts.too_many
        if len(self.slugs) > len(self.things):
            return self.texts.gone
        if self.words and not self.found and not self.is_full:
            return self.texts.nothing_found
        return ""

    @property
    def chosen(self) -> list[tuple[Any, str]]:
        """Each thing with the address without it."""
        return [(thing, self.query(remove=thing.slug)) for thing in self.things]

    def query(self, *, add: str = "", remove: str = "", **further: str) -> str:
        """Return the query of the same address with one thing more, or one less."""
        query = self.request.GET.copy()
        slugs = [slug for slug in query.getlist(self.parameter) if slug != remove]
        query.setlist(self.parameter, [*slugs, *([add] if add else [])])
        for name in ("als", *([WORDS] if add else []), *([f"satz-{remove}"] if remove else [])):
            query.pop(name, None)
        for name, value in further.items():
            query[name] = value
        return f"?{query.urlencode()}"
