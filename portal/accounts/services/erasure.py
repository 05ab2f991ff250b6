"""Forgetting a person (Art. 17 GDPR): at once, in one transaction, by the declarations of the areas."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import ErasureTombstone, User
from portal.accounts.models.subject_rights import private_storage
from portal.accounts.services import holdings, mails, sessions
from portal.areas import areas
from portal.audit.models import Verb
from portal.audit.services import record
from portal.privacy import Erasure, HandOver

logger = logging.getLogger(__name__)

NOTES = "erasures"
"""Folder of the private storage with a file for each erasure: it is not part of a dump of the database."""


class ErasureRefusedError(ValidationError):
    """Something has to be handed over first.

    Attributes:
        hand_overs: what, and where.
    """

    def __init__(self, hand_overs: list[HandOver]) -> None:
        """Say it in one sentence each."""
        super().__init__([str(each.reason) for each in hand_overs])
        self.hand_overs = hand_overs


def hand_overs(person: User) -> list[HandOver]:
    """Return what a person has to hand over before she can be erased, asked of all areas (C-22)."""
    return [each for area in areas if area.erasure_blockers for each in area.erasure_blockers(person)]


def erase(*, person: User, by: User | None, reason: str = "", confirm: bool = True) -> None:
    """Forget a person.

    What is declared to be deleted is deleted, what is to be anonymised names nobody any more, and what is kept has lost
    its link. Either all of it happens or nothing. The address is told, and free for a new account.

    Args:
        person: who is forgotten.
        by: who asked for it; None: the portal by itself.
        reason: why, for the audit; no personal values.
        confirm: whether the former address is told.

    Raises:
        ErasureRefusedError: something has to be handed over first, or rows that nobody declared hold on to the account.
    """
    address = person.email
    try:
        with transaction.atomic():
            _erase(person, by, reason)
            if confirm:
                transaction.on_commit(lambda: mails.confirm_erasure(address), robust=True)
    except (ProtectedError, RestrictedError) as error:
        held = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        labels = sorted({str(row._meta.verbose_name_plural) for row in held})
        raise ErasureRefusedError(
            [
                HandOver(
                    reason=_("Your account is still needed by: %(things)s. Please write to us.")
                    % {"things": ", ".join(labels)}
                )
            ]
        ) from error
    except DatabaseError as error:  # a rule of the database saw what changed since we looked
        if refused := hand_overs(person):
            raise ErasureRefusedError(refused) from error
        raise


def _erase(person: User, by: User | None, reason: str) -> None:
    locked = User.objects.select_for_update().get(pk=person.pk)
    if refused := hand_overs(locked):
        raise ErasureRefusedError(refused)
    User.objects.filter(pk=locked.pk).update(is_active=False)  # from here on no rule lets the person in
    sessions.of_person(locked).delete()
    record(Verb.PERSON_ERASED, locked, by=by, reason=reason)
    declared = [each for each in holdings.declarations() if each.model is not User]
    for each in declared:
        if each.besides is not None:
            each.besides(locked)
    for each in declared:
        if each.erasure is Erasure.ANONYMISE:
            holdings.anonymise_rows(each, each.rows_of(locked), person=locked)
        else:  # who confirmed something for others is forgotten there as well
            rows = each.model._base_manager.all()
            if each.erasure is Erasure.DELETE:
                rows = rows.exclude(pk__in=each.rows_of(locked).values("pk"))
            holdings.unlink(each, rows, person=locked)
    for each in holdings.in_order_of_deletion(each for each in declared if each.erasure is Erasure.DELETE):
        holdings.delete_rows(each, each.rows_of(locked))
    tombstone = ErasureTombstone.objects.get_or_create(uuid=locked.uuid)[0]
    locked.delete()
    transaction.on_commit(lambda: _note(tombstone))


def reapply() -> int:
    """Erase again who was erased after the backup was made that has been restored; return how many came back.

    The notes in the private storage are newer than a restored database; what they say is written into it again.
    """
    ErasureTombstone.objects.bulk_create(
        [ErasureTombstone(uuid=key, at=at) for key, at in _notes()], ignore_conflicts=True
    )
    noted = {key for key, _at in _notes()}
    for tombstone in ErasureTombstone.objects.exclude(uuid__in=noted):
        _note(tombstone)
    again = 0
    for person in User.objects.filter(uuid__in=ErasureTombstone.objects.values("uuid")):
        try:
            erase(person=person, by=None, reason="restored backup", confirm=False)
        except ErasureRefusedError:
            logger.exception("An erased account came back with a backup and cannot be erased again: %s", person.uuid)
            continue
        again += 1
    return again


def _note(tombstone: ErasureTombstone) -> None:
    """Write an erasure down outside the database."""
    name = f"{NOTES}/{tombstone.uuid}"
    if not private_storage().exists(name):
        private_storage().save(name, ContentFile(tombstone.at.isoformat().encode()))


def _notes() -> Iterator[tuple[UUID, datetime]]:
    storage = private_storage()
    try:
        names = storage.listdir(NOTES)[1]
    except FileNotFoundError:
        return
    for name in names:
        with suppress(ValueError):  # no note of ours
            with storage.open(f"{NOTES}/{name}") as file:
                written = file.read().decode("ascii", "replace")
            yield UUID(name), datetime.fromisoformat(written) if written else timezone.now()
