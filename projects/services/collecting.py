"""Putting projects together."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.permissions import enforce
from projects import permissions
from projects.models import Collection, CollectionItem, Project

MOST_ITEMS = 100


@transaction.atomic
def add(*, collection: Collection, project: Project, by: User, note: str = "") -> CollectionItem:
    """Put a project at the end of a collection; one that is there already stays where it is.

    Raises:
        PermissionDenied: ``by`` does not keep the collection.
        ValidationError: it is full.
    """
    enforce(permissions.can_keep_collection(by, collection))
    Collection.objects.select_for_update().get(pk=collection.pk)
    there = collection.items.filter(project=project).first()
    if there is not None:
        return there
    if collection.items.count() >= MOST_ITEMS:
        raise ValidationError(_("A collection has at most %(most)s projects.") % {"most": MOST_ITEMS})
    last = collection.items.aggregate(last=Max("position"))["last"] or 0
    return CollectionItem.objects.create(collection=collection, project=project, note=note, position=last + 1)


@transaction.atomic
def remove(*, item: CollectionItem, by: User) -> None:
    """Take a project out.

    Raises:
        PermissionDenied: ``by`` does not keep the collection.
    """
    enforce(permissions.can_keep_collection(by, item.collection))
    item.delete()


@transaction.atomic
def move(*, item: CollectionItem, by: User, up: bool) -> None:
    """Let a project change places with its neighbour; the first cannot go up, nor the last down.

    Raises:
        PermissionDenied: ``by`` does not keep the collection.
    """
    enforce(permissions.can_keep_collection(by, item.collection))
    Collection.objects.select_for_update().get(pk=item.collection_id)
    order = list(item.collection.items.order_by("position", "pk"))
    here = next(number for number, one in enumerate(order) if one.pk == item.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for number, one in enumerate(order, 1):
        if one.position != number:
            CollectionItem.objects.filter(pk=one.pk).update(position=number)


@transaction.atomic
def annotate(*, item: CollectionItem, note: str, by: User) -> None:
    """Say why a project is in a collection.

    Raises:
        PermissionDenied: ``by`` does not keep the collection.
        ValidationError: it is too long.
    """
    enforce(permissions.can_keep_collection(by, item.collection))
    item.note = note
    item.clean_fields(exclude=["collection", "project", "position"])
    item.save(update_fields=["note"])
