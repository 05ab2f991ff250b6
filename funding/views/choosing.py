"""Choosing programmes to calculate or compare: their slugs stand in the address, further ones are found by words."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding.models import Programme, ProgrammeQuerySet
from portal.visibility import visible_rows

PARAMETER, WORDS = "programm", "dazu"
MOST_FOUND = 8
"""Programmes offered to be added."""

LONGEST_WORDS = 200


class Choice:
    """The programmes that an address names, in its order, and those that its words find."""

    def __init__(self, request: HttpRequest, *, most: int, among: Callable[[Any], Any] = lambda rows: rows) -> None:
        """Take the request, how many there may be, and which of those that are found can be added."""
        self.request = request
        self.most = most
        self.among = among

    @cached_property
    def slugs(self) -> list[str]:
        """What the address names, each once."""
        return list(dict.fromkeys(slug.replace("\x00", "") for slug in self.request.GET.getlist(PARAMETER)))

    @cached_property
    def programmes(self) -> list[Programme]:
        """The programmes that are there and that the reader may see."""
        rows = self._visible().filter(slug__in=self.slugs[: self.most]).prefetch_related("conditions")
        there = {programme.slug: programme for programme in cast("ProgrammeQuerySet", rows).for_lists()}
        return [there[slug] for slug in self.slugs if slug in there]

    @cached_property
    def words(self) -> str:
        """What a further one is looked for by."""
        return self.request.GET.get(WORDS, "").replace("\x00", "").strip()

    @cached_property
    def found(self) -> list[tuple[str, str]]:
        """Title of each programme that can be added, and the address that adds it."""
        if not self.words or len(self.words) > LONGEST_WORDS or len(self.programmes) >= self.most:
            return []
        rows = self._visible().filter(title__icontains=self.words).exclude(slug__in=self.slugs)
        fitting = self.among(rows).order_by("title", "pk")[:MOST_FOUND]
        return [(title, self.query(add=slug)) for title, slug in fitting.values_list("title", "slug")]

    @property
    def problem(self) -> str:
        """What is wrong with the address; empty when all is well."""
        if len(self.slugs) > self.most:
            message = ngettext(
                "At most %(most)s programme is possible.", "At most %(most)s programmes are possible.", self.most
            )
            return message % {"most": self.most}
        if len(self.slugs) > len(self.programmes):
            return _("One of the programmes is no longer there; it is left out.")
        if self.words and not self.found and len(self.programmes) < self.most:
            return _("No programme that could be added has these words in its title.")
        return ""

    def query(self, *, add: str = "", remove: str = "", **further: str) -> str:
        """Return the query of the same address with one programme more, or one less."""
        query = self.request.GET.copy()
        slugs = [slug for slug in query.getlist(PARAMETER) if slug != remove]
        query.setlist(PARAMETER, [*slugs, *([add] if add else [])])
        for name in ("als", *([WORDS] if add else []), *([f"satz-{remove}"] if remove else [])):
            query.pop(name, None)
        for name, value in further.items():
            query[name] = value
        return f"?{query.urlencode()}"

    def _visible(self) -> QuerySet[Programme]:
        return visible_rows(Programme, self.request.user)
