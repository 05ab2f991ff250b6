"""What the editors' admin keeps of a person deep inside: comments in old versions of texts, entries about accounts."""

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import ModelLogEntry, Revision

from portal.accounts.models import User
from portal.privacy import person_links

if TYPE_CHECKING:
    from django.db.models import QuerySet

COMMENTS = "wagtail_admin_comments"
"""Where a revision of a page keeps the comments of its time."""


def entries_about(person: User) -> "QuerySet[ModelLogEntry]":
    """Return the log's entries about the account itself; their labels hold its name."""
    kind = ContentType.objects.get_for_model(User)
    found: QuerySet[ModelLogEntry] = ModelLogEntry.objects.filter(content_type=kind, object_id=str(person.pk))
    return found


def forget_in_revisions(person: User) -> None:
    """Take a person's comments and keys out of all old versions of texts; what others wrote stays."""
    hers = Q(**{f"content__{COMMENTS}__contains": [{"user": person.pk}]})
    replied = Q(**{f"content__{COMMENTS}__contains": [{"replies": [{"user": person.pk}]}]})
    resolved = Q(**{f"content__{COMMENTS}__contains": [{"resolved_by": person.pk}]})
    links = Q()
    for name in _link_names():
        links |= Q(**{f"content__{name}": person.pk})
    for revision in Revision.objects.filter(hers | replied | resolved | links).iterator():
        revision.content = _without(revision.content, person.pk)
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def _link_names() -> set[str]:
    """Return what links to accounts are called in those models that have revisions."""
    from django.apps import apps  # noqa: PLC0415 - models are complete by now, not when this module is read
    from wagtail.models import RevisionMixin  # noqa: PLC0415 - as above

    return {
        link.name for model in apps.get_models() if issubclass(model, RevisionMixin) for link in person_links(model)
    }


def _without(content: dict[str, Any], key: int) -> dict[str, Any]:
    names = _link_names()
    cleaned = {name: None if name in names and value == key else value for name, value in content.items()}
    if COMMENTS in cleaned:
        cleaned[COMMENTS] = [
            {
                **comment,
                "resolved_by": None if comment.get("resolved_by") == key else comment.get("resolved_by"),
                "replies": [reply for reply in comment.get("replies", []) if reply.get("user") != key],
            }
            for comment in cleaned[COMMENTS] or ()
            if comment.get("user") != key
        ]
    return cleaned
