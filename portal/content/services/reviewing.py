"""What editors have to say when an area is reviewed: what is overdue, what readers say, what is looked for in vain."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.areas import Area, ReviewMatter, areas
from portal.content.models import Feedback
from portal.content.services.checking import overdue, with_things
from portal.search.services import without_result

NAMED = 5
"""Things that are named in a review; the lists say the rest."""


def matters(slug: str, since: date, until: date) -> Iterator[ReviewMatter]:
    """Yield overdue content, readers' feedback and searches in vain, as far as they concern an area."""
    area = areas[slug]
    yield from _overdue(area)
    yield from _feedback(area, since, until)
    if slug == "content":
        words = without_result(NAMED, (until - since).days + 1)
        if words:
            lines = [f"{text} ({times})" for text, times in words]
            yield ReviewMatter(label=_("Searches without result"), number=sum(n for _text, n in words), lines=lines)


def _overdue(area: Area) -> Iterator[ReviewMatter]:
    owned = {resource.model for resource in area.resources}
    rows = [row for row in overdue() if row.model in owned]
    if rows:
        lines = [str(row.thing) for row in with_things(rows[:NAMED])]
        yield ReviewMatter(label=_("Content that was not checked in time"), number=len(rows), lines=lines)


def _feedback(area: Area, since: date, until: date) -> Iterator[ReviewMatter]:
    """Yield what readers say about the pages below those of the area's navigation."""
    paths = [reverse(item.url_name) for item in area.navigation]
    if not paths:
        return
    about = Q()
    for path in paths:
        about |= Q(path__startswith=path)
    said = Feedback.objects.filter(about, given_on__range=(since, until))
    if not_helpful := said.filter(helpful=False).count():
        texts = said.filter(helpful=False).exclude(text="").order_by("-given_on", "-pk").values_list("path", "text")
        lines = [f"{path}: {text[:200]}" for path, text in texts[:NAMED]]
        yield ReviewMatter(label=_("Readers whom a page did not help"), number=not_helpful, lines=lines)
    if helpful := said.filter(helpful=True).count():
        yield ReviewMatter(label=_("Readers whom a page helped"), number=helpful)
