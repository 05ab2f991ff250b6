"""What goes public and what is taken back becomes a line of the audit, whichever page, job or command did it."""

from typing import Any

from django.db.models.signals import post_save
from wagtail.models import BaseLogEntry, ModelLogEntry, PageLogEntry

from portal.audit.models import Verb
from portal.audit.services import record

VERBS = {"wagtail.publish": Verb.PUBLISHED, "wagtail.unpublish": Verb.WITHDRAWN, "wagtail.delete": Verb.WITHDRAWN}
"""What Wagtail's history calls it. The history alone knows who did it; the signals of publication do not."""


def listen() -> None:
    """Hear of every line of Wagtail's history. Imports write theirs at once, without signals: they have a verb."""
    for model in (PageLogEntry, ModelLogEntry):
        post_save.connect(_note, sender=model, dispatch_uid="portal.content.publications")


def _note(*, instance: BaseLogEntry, created: bool, raw: bool = False, **_others: Any) -> None:
    verb = VERBS.get(instance.action)
    model = instance.content_type.model_class() if instance.content_type else None
    if not created or raw or verb is None or model is None:
        return
    key = str(instance.object_id)
    if instance.action == "wagtail.delete" and not _is_live(model, key):
        return  # a draft that nobody but editors saw
    record(verb, model, key=key, by=instance.user)


def _is_live(model: Any, key: str) -> bool:
    """Tell whether readers see a thing that is about to be deleted; Wagtail notes a deletion before it happens."""
    return hasattr(model, "live") and model._base_manager.filter(pk=key, live=True).exists()
