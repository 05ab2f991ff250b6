"""What helps with a typical undertaking: asked of every area that offers something, by words, the best first."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F

from funding.models import Undertaking
from portal.areas import Resource, areas
from portal.directory.models import Municipality
from portal.search.models import Entry
from portal.search.query import as_query, terms_of
from portal.search.within import WEIGHTS
from portal.search.words import splitter, synonyms
from portal.visibility import Viewer, visible_rows

MOST_OF_A_KIND = 6
LOOKED_AT = 60
"""Entries of a kind that are looked at, so that those which fit and may be seen are among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Things of one kind, each with the reason why it is named."""

    resource: Resource
    things: list[tuple[Any, str]]


def help_with(undertaking: Undertaking, municipality: Municipality | None, user: Viewer) -> list[Group]:
    """Return what helps, kind by kind; two statements for each kind, of one municipality only what does not misfit."""
    query = as_query(terms_of(" ".join(undertaking.words)), splitter(), synonyms(), loosely=True)
    groups = []
    for resource in areas.each("resources"):
        if not resource.offers or resource.reason is None or query is None:
            continue
        entries = Entry.objects.filter(kind=resource.slug, document=query).annotate(score=rank(query))
        keys = list(entries.order_by("-score", "folded", "pk").values_list("key", flat=True)[:LOOKED_AT])
        rows: Any = visible_rows(resource.model, user)
        found = {str(row.pk): row for row in rows.about(municipality, ()).filter(pk__in=keys)}
        things = [found[key] for key in keys if key in found][:MOST_OF_A_KIND]
        if things:
            reasoned = [(thing, resource.reason(thing, municipality, ())) for thing in things]
            groups.append(Group(resource=resource, things=reasoned))
    return groups


def rank(query: Any) -> Any:
    """SQL for how well an entry matches."""
    return SearchRank(F("document"), query, weights=WEIGHTS, normalization=1)
