"""Searching in everything that the areas present, kind by kind.

Each resource is searched by its own filters, starting from what the reader may see: what a list would not show is
neither found nor counted here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import FETCH_PEERS
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.areas import Found, Resource, areas
from portal.visibility import Viewer, visible_rows

if TYPE_CHECKING:
    from portal.filters import FilterSet

HITS_OF_A_KIND = 5
"""Hits shown of each kind that has a list of its own."""

FURTHER_HITS = 20
"""Pages shown that belong to no list; there is no other place to see the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What was found of one kind.

    Attributes:
        key: unique on the page, fit for an element's id.
        url: the list with all of them; empty when there is none.
        closeness: how close the best title is to the words; 0 is the same.
    """

    key: str
    label: str
    count: int
    hits: Sequence[Found]
    url: str
    closeness: int


def find(words: str, user: Viewer) -> list[Group]:
    """Find what has the words and may be seen by ``user``, the kind with the closest title first."""
    groups = [*_resources(words, user), *_further(words, user)]
    return sorted(groups, key=lambda group: group.closeness)  # equal ones stay in the areas' order


def _resources(words: str, user: Viewer) -> Iterator[Group]:
    query = QueryDict(mutable=True)
    query["q"] = words
    for resource in areas.each("resources"):
        if "q" not in resource.filterset.base_filters:
            continue
        filters = resource.filterset(query, visible_rows(resource.model, user))
        if count := filters.qs.count():
            # What a title needs from other tables is fetched for all hits at once.
            rows = filters.qs.fetch_mode(FETCH_PEERS)[:HITS_OF_A_KIND]
            hits = [_hit(resource, row) for row in rows]
            yield Group(
                key=resource.slug,
                label=str(resource.label),
                count=count,
                hits=hits,
                url=_list_url(resource, filters, query),
                closeness=_closeness(words, hits),
            )


def _hit(resource: Resource, row: Any) -> Found:
    """Present a row as its area wants it, or by what it calls itself."""
    label = getattr(row, "label", None)
    text = resource.hit_text(row) if resource.hit_text else getattr(row, "summary", "")
    return Found(
        title=str(label() if callable(label) else row), url=row.get_absolute_url(), kind=str(resource.label), text=text
    )


def _list_url(resource: Resource, filters: "FilterSet", query: QueryDict) -> str:
    """Return the list with exactly what was counted: filters that a list fills in by itself are given empty."""
    if not resource.list_url_name:
        return ""
    whole = query.copy()
    for name in sorted(filters.kept_empty & set(filters.filters)):
        whole[name] = ""
    return f"{reverse(resource.list_url_name)}?{whole.urlencode()}"


def _further(words: str, user: Viewer) -> Iterator[Group]:
    for area in areas:
        found = area.further_search(user, words, FURTHER_HITS) if area.further_search else None
        if found and found.count:
            yield Group(
                key=f"further-{area.slug}",
                label=_("Further pages"),
                count=found.count,
                hits=found.best,
                url="",
                closeness=_closeness(words, found.best),
            )


def _closeness(words: str, hits: Sequence[Found]) -> int:
    """Say how close the closest title is: the same, begins alike, has all the words, has them in its text alone."""
    wanted = words.casefold()
    titles = [hit.title.casefold() for hit in hits]
    if wanted in titles:
        return 0
    if any(title.startswith(wanted) for title in titles):
        return 1
    return 2 if any(all(word in title for word in wanted.split()) for title in titles) else 3
