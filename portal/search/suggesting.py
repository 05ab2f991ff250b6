"""What is offered while somebody types: places, topics and titles, the closest first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, TextField, Value, When
from django.db.models.functions import Cast, Length
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.areas import Searchable, areas
from portal.directory.models import Municipality
from portal.directory.names import fold
from portal.directory.places import distinct_labels, find_places
from portal.directory.vocabularies import FieldOfAction
from portal.search.models import Entry
from portal.visibility import PublicQuerySet, Viewer, visible_rows

PLACES, TOPICS, TITLES = 3, 2, 5
"""So many of each are offered."""

SHORTEST = 2
"""Characters below which titles and topics are not looked for: places have names of one letter."""

LOOKED_AT = 40
"""Titles that are looked at, so that those which the reader may see are among them."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to go to.

    Attributes:
        label: its name, and in brackets what kind of thing it is.
    """

    label: str
    url: str


def suggestions(text: str, user: Viewer) -> list[Suggestion]:
    """Return what begins like a typed text, or has a word that does; nothing that ``user`` may not know of."""
    folded = fold(text)
    if not folded:
        return []
    found = [*_titles(folded, user), *_topics(folded)] if len(folded) >= SHORTEST else []
    return [*_places(text), *found]


def _places(text: str) -> list[Suggestion]:
    places = find_places(text, limit=PLACES)
    named = zip(places, distinct_labels(places), strict=True)
    return [Suggestion(label, place.get_absolute_url()) for place, label in named]


def _topics(folded: str) -> list[Suggestion]:
    address = reverse("search:results")
    kind = _("Field of action")
    named = [(field.value, str(field.label)) for field in FieldOfAction]
    fitting = [(key, label) for key, label in named if f" {folded}" in f" {fold(label)}"]
    return [
        Suggestion(f"{label} ({kind})", f"{address}?{urlencode({'field': key})}") for key, label in fitting[:TOPICS]
    ]


def _titles(folded: str, user: Viewer) -> list[Suggestion]:
    """Look for titles; whether the reader may see them is asked of the things themselves."""
    kinds = {kind.slug: kind for kind in areas.searchables() if kind.model is not Municipality}
    closeness = Case(
        When(folded=folded, then=Value(0)),
        When(folded__startswith=folded, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    like = Entry.objects.filter(kind__in=kinds, folded__contains=folded).annotate(closeness=closeness)
    closest = like.only("kind", "key", "title", "url", "folded").order_by("closeness", Length("folded"), "pk")
    entries = [entry for entry in closest[:LOOKED_AT] if f" {folded}" in f" {entry.folded}"]
    visible = _visible(entries, kinds, user)
    shown = [entry for entry in entries if (entry.kind, entry.key) in visible][:TITLES]
    return [Suggestion(f"{entry.title} ({capfirst(str(kinds[entry.kind].label))})", entry.url) for entry in shown]


def _visible(entries: Sequence[Entry], kinds: Mapping[str, Searchable], user: Viewer) -> set[tuple[str, str]]:
    """Return kind and key of the entries whose things the reader may see; at most one statement for all kinds."""
    keys: dict[str, list[str]] = defaultdict(list)
    found = set()
    for entry in entries:
        if isinstance(kinds[entry.kind].model._default_manager.all(), PublicQuerySet):
            found.add((entry.kind, entry.key))
        else:
            keys[entry.kind].append(entry.key)
    asked = [
        visible_rows(kinds[slug].model, user)
        .order_by()
        .filter(pk__in=some)
        .annotate(of_kind=Value(slug), key_as_text=Cast("pk", TextField()))
        .values_list("of_kind", "key_as_text")
        for slug, some in keys.items()
    ]
    return found.union(asked[0].union(*asked[1:], all=True).order_by()) if asked else found
