"""Saving a search or following a thing, by people with an account and by an e-mail address alone."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.areas import Resource, areas
from portal.filters import ChoicesFilter, DependentChoicesFilter, FilterSet, SortFilter
from portal.following.models import BESIDE, LONGEST_VALUE, SEVERAL, UNCONFIRMED, UNDO, Condition, Follow
from portal.notifications.models import Preference, Recipient, Rhythm
from portal.notifications.services.notifying import notify

QUOTA = 50
"""So much one recipient may follow."""

NEWS = "following"
"""Slug of the kind of notification that says what is new."""

CONFIRMING = "follow-confirm"
"""Slug of the kind of notification that asks whether an address is meant."""

_SIGNER = signing.Signer(salt="portal.following.confirm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is followed: a list with filters, or one thing."""

    resource: Resource
    object_key: str = ""
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)


def resource_named(slug: str) -> Resource | None:
    """Return the resource of that slug that has a list page; None for any other."""
    found = (one for one in areas.each("resources") if one.slug == slug and one.list_url_name)
    return next(found, None)


def filters_of(resource: Resource, parameters: Mapping[str, Sequence[str]], **kwargs: Any) -> FilterSet:
    """Return the filters of a saved search, filled in."""
    data = QueryDict(mutable=True)
    for name, values in parameters.items():
        data.setlist(name, list(values))
    return resource.filterset(data, **kwargs)


def parameters_from(resource: Resource, query: QueryDict, ignored: frozenset[str]) -> dict[str, list[str]]:
    """Return what a saved search keeps of an address: the filters that are set, without order and page."""
    known = resource.filterset.base_filters
    found: dict[str, list[str]] = {}
    for name in query:
        if name in ignored or isinstance(known.get(name), SortFilter):
            continue
        values = sorted({value.strip() for value in query.getlist(name) if value.strip()})
        if values:
            found[name] = values
    return dict(sorted(found.items()))


@transaction.atomic
def follow(*, recipient: Recipient, target: Target, title: str, rhythm: str, is_confirmed: bool) -> tuple[Follow, bool]:
    """Save a search or follow a thing; tell whether it is new. One that is there already gets title and rhythm.

    Raises:
        ValidationError: the recipient follows as much as is possible, or one filter has too long a value.
    """
    Recipient.objects.select_for_update().get(pk=recipient.pk)  # so that two at once do not both pass the limit
    resource, object_key = target.resource, target.object_key
    wanted = {name: list(values) for name, values in target.parameters.items()}
    conditions = list(_conditions(resource, wanted))
    if any(len(one.value) > LONGEST_VALUE for one in conditions):
        raise ValidationError(_("One of the filters is too long to be saved."))
    own = Follow.objects.filter(recipient=recipient, removed_at=None)
    print_ = fingerprint(wanted)
    there = own.filter(resource=resource.slug, object_key=object_key, fingerprint=print_).first()
    if there is not None:
        there.title, there.rhythm = title, rhythm
        there.confirmed_at = there.confirmed_at or (timezone.now() if is_confirmed else None)
        there.save(update_fields=["title", "rhythm", "confirmed_at"])
        return there, False
    if own.count() >= QUOTA:
        message = _("You follow %(count)s searches and things; more is not possible. Please remove one first.")
        raise ValidationError(message % {"count": QUOTA})
    made = Follow.objects.create(
        recipient=recipient,
        resource=resource.slug,
        object_key=object_key,
        parameters=wanted,
        fingerprint=print_,
        parameter_count=len(wanted),
        title=title,
        rhythm=rhythm,
        confirmed_at=timezone.now() if is_confirmed else None,
    )
    Condition.objects.bulk_create(conditions, ignore_conflicts=True)
    for one in conditions:
        Condition.objects.get(resource=one.resource, name=one.name, value=one.value).follows.add(made)
    return made, True


def fingerprint(parameters: Mapping[str, Sequence[str]]) -> str:
    """Return what tells these filters from others, whatever their order."""
    ordered = {name: sorted(values) for name, values in parameters.items()}
    return hashlib.sha256(json.dumps(ordered, sort_keys=True).encode()).hexdigest()


def _conditions(resource: Resource, parameters: Mapping[str, Sequence[str]]) -> Iterator[Condition]:
    """Yield what a saved search asks for: one of the values of a closed list is enough; of any other filter, all."""
    for name, values in parameters.items():
        one = resource.filterset.base_filters.get(name)
        together = SEVERAL.join(values)
        if isinstance(one, DependentChoicesFilter):
            together += BESIDE + "".join(parameters.get(one.beside, ()))
        for value in values if type(one) is ChoicesFilter else [together]:
            yield Condition(resource=resource.slug, name=name, value=value)


@transaction.atomic
def ask_to_confirm(*, email: str, language: str, target: Target, title: str, rhythm: str) -> Follow:
    """Save for an address without account; it counts once the mail's link was used (double opt-in).

    Raises:
        ValidationError: as ``follow``.
    """
    address = email.strip().lower()
    Recipient.objects.bulk_create([Recipient(email=address, language=language)], ignore_conflicts=True)
    recipient = Recipient.objects.get(email=address)
    made, _is_new = follow(recipient=recipient, target=target, title=title, rhythm=rhythm, is_confirmed=False)
    if made.confirmed_at is None:
        day = f"{timezone.localdate():%Y-%m-%d}"
        notify(kind=CONFIRMING, to=[recipient], about=made, dedupe_key=f"{CONFIRMING}:{made.key}:{day}")
    return made


def confirmation_token(made: Follow) -> str:
    """Return what names a saved search in the mail that asks for confirmation."""
    return _SIGNER.sign(made.key.hex)


def awaiting(token: str) -> Follow | None:
    """Return the saved search that a link names; None for a link that was changed, or whose search is gone."""
    try:
        key = _SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    return Follow.objects.select_related("recipient__person").filter(key=key, removed_at=None).first()


@transaction.atomic
def confirm(made: Follow) -> None:
    """Let a saved search count, and its address with it; a second time changes nothing."""
    now = timezone.now()
    Follow.objects.filter(pk=made.pk, confirmed_at=None).update(confirmed_at=now)
    Recipient.objects.filter(pk=made.recipient_id, person=None, confirmed_at=None).update(confirmed_at=now)
    _want_mails_again(made)


def change_rhythm(made: Follow, rhythm: str) -> None:
    """Tell more or less often from now on."""
    made.rhythm = rhythm
    made.save(update_fields=["rhythm"])
    _want_mails_again(made)


def _want_mails_again(made: Follow) -> None:
    """An address without account that once left all of this by one click has no other way to take it back."""
    Preference.objects.filter(recipient_id=made.recipient_id, recipient__person=None, kind=NEWS).delete()


def remove(made: Follow) -> None:
    """Follow no longer; for a week it can be brought back."""
    Follow.objects.filter(pk=made.pk, removed_at=None).update(removed_at=timezone.now())


def bring_back(made: Follow) -> bool:
    """Follow again what was removed; tell whether that was still possible."""
    with transaction.atomic():
        own = Follow.objects.filter(recipient_id=made.recipient_id, removed_at=None)
        same = own.filter(resource=made.resource, object_key=made.object_key, fingerprint=made.fingerprint)
        if same.exists() or own.count() >= QUOTA:
            return False
        return bool(Follow.objects.removed().filter(pk=made.pk).update(removed_at=None))


@transaction.atomic
def follow_instead(resource: str, gone: str, instead: str) -> int:
    """Let those who follow one thing follow another of the same kind; return how many.

    Whoever follows the other one already does so once; what goes can be brought back as long as anything removed.
    """
    before = Follow.objects.filter(resource=resource, object_key=gone, removed_at=None)
    others = Follow.objects.filter(resource=resource, object_key=instead, removed_at=None)
    before.filter(recipient__in=others.values("recipient")).update(removed_at=timezone.now())
    return before.update(object_key=instead)


def stop_following(recipient: Recipient, key: str) -> bool:
    """Send no more mails about one saved search; those with an account still find its news in the portal."""
    own = Follow.objects.filter(recipient=recipient, key=key) if len(key) == 32 else Follow.objects.none()  # noqa: PLR2004 - hexadecimal
    if recipient.person_id:
        return bool(own.update(rhythm=Rhythm.PORTAL))
    return bool(own.filter(removed_at=None).update(removed_at=timezone.now()))


def forget_address(recipient: Recipient) -> None:
    """Delete an address without account, and all that it follows."""
    Recipient.objects.filter(pk=recipient.pk, person=None).delete()


@transaction.atomic
def adopt(person: User, email: str) -> int:
    """Give what an address follows to the account that the address now belongs to; return how much that was."""
    other = Recipient.objects.filter(email=email.strip().lower(), confirmed_at__isnull=False).first()
    if other is None:
        return 0
    own, _made = Recipient.objects.get_or_create(person=person)
    number = 0
    for made in Follow.objects.active().filter(recipient=other).order_by("-pk")[:QUOTA]:
        resource = resource_named(made.resource)
        if resource is not None:
            follow(
                recipient=own,
                target=Target(resource=resource, object_key=made.object_key, parameters=made.parameters),
                title=made.title,
                rhythm=made.rhythm,
                is_confirmed=True,
            )
            number += 1
    other.delete()
    return number


def purge() -> int:
    """Delete what was removed a week ago, what nobody confirmed, and conditions that no search has."""
    now = timezone.now()
    gone, _by_model = Follow.objects.filter(removed_at__lt=now - UNDO).delete()
    never, _by_model = Follow.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED).delete()
    Condition.objects.filter(follows=None).delete()
    return gone + never
