"""Keeping the index in step with what it tells of.

Triggers on the tables of everything that can be found write down what changes, whoever changes it (``triggers.py``).
What a page or a form has saved is read again as soon as it is stored; what an import has written in bulk follows within
a minute. ``manage.py rebuild_search`` reads everything anew while the search goes on working.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import batched

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import FETCH_PEERS, Model
from django.dispatch import Signal

from portal.areas import Document, Searchable, areas
from portal.search.compounds import Splitter
from portal.search.models import Entry, Pending
from portal.search.words import count_words, parts_of, splitter

BATCH = 500
FIELDS = (
    "url",
    "title",
    "summary",
    "note",
    "keywords",
    "text",
    "is_quotable",
    "parts",
    "text_parts",
    "fields",
    "laender",
    "day",
    "year",
)  # fmt: skip
PUBLIC_TEXT = ("title", "summary", "keywords", "text")

type Progress = Callable[[str, int, int], None]

log = logging.getLogger(__name__)

indexed = Signal()
"""Things of a kind (``sender``) have changed and are in the index as they are now (``keys``); in that transaction."""


def index(kind: Searchable, keys: Sequence[str], *, have_changed: bool = True) -> None:
    """Read things of a kind again: write their entries, and delete those of what is gone or is not to be found."""
    things = kind.model._base_manager.filter(pk__in=keys).prefetch_related(*kind.prefetch).fetch_mode(FETCH_PEERS)
    rows = {str(row.pk): row for row in things}
    known = splitter()
    entries = [entry for key in keys if key in rows and (entry := _entry(kind, key, rows[key], known))]
    with transaction.atomic():
        Entry.objects.filter(kind=kind.slug, key__in=set(keys) - {entry.key for entry in entries}).delete()
        _write(entries)
        if have_changed:
            indexed.send(kind, keys=keys)


def index_pending(limit: int | None = None) -> int:
    """Read again what has changed; return how much it was. Several may work at once: each takes rows of its own."""
    done = 0
    kinds = {kind.slug: kind for kind in areas.searchables()}
    while limit is None or done < limit:
        with transaction.atomic():
            taken = list(Pending.objects.select_for_update(skip_locked=True).order_by("kind", "pk")[:BATCH])
            if not taken:
                break
            by_kind: dict[str, list[str]] = {}
            for one in taken:
                by_kind.setdefault(one.kind, []).append(one.key)
            for slug, keys in by_kind.items():
                if slug in kinds:
                    index(kinds[slug], keys)
            Pending.objects.filter(pk__in=[one.pk for one in taken]).delete()
        done += len(taken)
    return done


def rebuild(progress: Progress = lambda *_args: None) -> int:
    """Read everything anew, kind by kind, count the words, and take the compounds apart; return how many entries.

    The search works on meanwhile: each entry is replaced in one step, and only what is gone disappears.
    """
    kinds = list(areas.searchables())
    for number, kind in enumerate(kinds):
        keys = list(kind.model._base_manager.order_by("pk").values_list("pk", flat=True))
        for batch in batched(keys, BATCH):
            progress(str(kind.label), number, len(kinds))
            index(kind, [str(key) for key in batch], have_changed=False)
        Entry.objects.filter(kind=kind.slug).exclude(key__in=[str(key) for key in keys]).delete()
    Entry.objects.exclude(kind__in=[kind.slug for kind in kinds]).delete()
    recount_words()
    known = splitter()
    for batch in batched(Entry.objects.order_by("pk").values_list("pk", flat=True), BATCH):
        entries = list(Entry.objects.filter(pk__in=batch))
        for entry in entries:
            _take_apart(entry, known)
        Entry.objects.bulk_update(entries, ["parts", "text_parts"])
    Pending.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_entry")
    progress("", len(kinds), len(kinds))
    return Entry.objects.count()


def recount_words() -> int:
    """Count the words of what everybody may read; nobody is ever offered a word of anything else."""
    visible = Entry.objects.all().visible_to(AnonymousUser()).values_list(*PUBLIC_TEXT)
    return count_words(" ".join(texts) for texts in visible.iterator(chunk_size=BATCH))


def _entry(kind: Searchable, key: str, row: Model, known: Splitter) -> Entry | None:
    document: Document | None = kind.document(row)
    if document is None:
        return None
    entry = Entry(
        kind=kind.slug,
        key=key,
        url=document.url,
        title=_clean(document.title),
        summary=_clean(document.summary),
        note=_clean(document.note),
        keywords=_clean(f"{document.keywords} {kind.label}"),
        text=_clean(document.text),
        is_quotable=document.is_quotable,
        fields=sorted(document.fields),
        laender=sorted(document.laender),
        day=document.day,
        year=document.day.year if document.day else None,
    )
    _take_apart(entry, known)
    return entry


def _take_apart(entry: Entry, known: Splitter) -> None:
    entry.parts = parts_of(f"{entry.title} {entry.summary} {entry.keywords}", known)
    entry.text_parts = parts_of(entry.text, known)


def _write(entries: Iterable[Entry]) -> None:
    Entry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["kind", "key"], update_fields=FIELDS, batch_size=BATCH
    )


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())
