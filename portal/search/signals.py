"""What pages, forms and commands save is in the index as soon as it is stored."""

import logging
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from portal.areas import Searchable, areas
from portal.search.indexing import index
from portal.search.models import Pending, SplitWord
from portal.search.words import words_have_changed

log = logging.getLogger(__name__)


def listen() -> None:
    """Hear of everything that can be found. Triggers note the same in the database, in case this goes wrong."""
    for signal in (post_save, post_delete):
        signal.connect(_noted, dispatch_uid=f"portal.search.{signal is post_save}")
        signal.connect(_words, sender=SplitWord, dispatch_uid=f"portal.search.words.{signal is post_save}")


def _noted(sender: type[Model], instance: Model, *, raw: bool = False, **_kwargs: Any) -> None:
    if raw:
        return
    for kind in areas.searchables():
        if kind.model is sender:
            transaction.on_commit(partial(_index_now, kind, str(instance.pk)), robust=True)


def _words(**_kwargs: Any) -> None:
    transaction.on_commit(words_have_changed)


def _index_now(kind: Searchable, key: str) -> None:
    index(kind, [key])
    Pending.objects.filter(kind=kind.slug, key=key).delete()
