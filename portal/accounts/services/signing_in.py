"""What is written about people and how they sign in."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts.devices import in_words
from portal.accounts.models import Method, SignIn, User
from portal.accounts.services import mails
from portal.accounts.services.roles import LAST_ADMINISTRATOR
from portal.audit.models import Verb
from portal.audit.services import record


def note_sign_in(*, person: User, method: Method, user_agent: str, successful: bool) -> SignIn:
    """Write a line into the history that the person sees; of a browser only what people can read."""
    return SignIn.objects.create(person=person, method=method, device=in_words(user_agent), successful=successful)


@transaction.atomic
def rename(*, person: User, display_name: str) -> User:
    """Change the name that others see.

    Raises:
        ValidationError: the name is empty.
    """
    name = " ".join(display_name.replace("\x00", "").split())
    if not name:
        raise ValidationError(_("Please enter a name."))
    person.display_name = name
    person.save(update_fields=["display_name"])
    return person


@transaction.atomic
def sign_in_changed(*, person: User, changed: Iterable[str]) -> None:
    """Note in the audit that e-mail address, password or a factor changed; who it was is the person herself."""
    record(Verb.SIGN_IN_CHANGED, person, by=person, changed=changed)


@transaction.atomic
def end_session(*, person: User, key: int) -> bool:
    """End one of the person's sessions and tell whether there was one of that number."""
    session = UserSession.objects.filter(user_id=person.pk, pk=key).first()
    if session is None:
        return False
    session.end()
    return True


@transaction.atomic
def end_all_sessions(*, person: User) -> int:
    """End every session of a person and return how many there were."""
    sessions = list(UserSession.objects.filter(user_id=person.pk))
    for session in sessions:
        session.end()
    return len(sessions)


@transaction.atomic
def deactivate(*, person: User, by: User, reason: str) -> User:
    """Close an account without deleting it: nobody signs in with it, and whoever is signed in no longer is.

    Args:
        person: whose account.
        by: who does it.
        reason: why; it stands in the audit, so no personal values.

    Raises:
        ValidationError: this is the last administrator.
    """
    try:
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(is_active=False)
    except IntegrityError as error:  # the database's rule, which also sees what happens at the same moment
        raise ValidationError(LAST_ADMINISTRATOR) from error
    person.is_active = False
    end_all_sessions(person=person)
    record(Verb.SIGN_IN_CHANGED, person, by=by, reason=reason, changed=["is_active"])
    return person


@transaction.atomic
def reactivate(*, person: User, by: User, reason: str) -> User:
    """Open a closed account again: its person signs in as before; the arguments as for ``deactivate``."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(Verb.SIGN_IN_CHANGED, person, by=by, reason=reason, changed=["is_active"])
    return person


@transaction.atomic
def sign_out(*, person: User, by: User, reason: str) -> int:
    """End every session of somebody else, after a device was lost say; return how many there were (ASVS 7.4.5)."""
    ended = end_all_sessions(person=person)
    record(Verb.SIGN_IN_CHANGED, person, by=by, reason=reason, changed=["sessions"])
    return ended


@transaction.atomic
def remove_factors(*, person: User, by: User, reason: str) -> None:
    """Take lost second factors away; the person sets up new ones (ASVS 6.4.4). All sessions end, and a mail tells it.

    Who asks for it has to be known to whoever does it: docs/operations.md says how that is made sure.
    """
    Authenticator.objects.filter(user_id=person.pk).delete()
    end_all_sessions(person=person)
    record(Verb.SIGN_IN_CHANGED, person, by=by, reason=reason, changed=["factors"])
    transaction.on_commit(lambda: mails.tell_factors_removed(person))


def renew_session_key(session: SessionBase) -> None:
    """Give a session a new key and let the person's list of sessions follow (ASVS 7.2.4)."""
    old = session.session_key
    session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=session.session_key)


@transaction.atomic
def confirm_address(*, person: User) -> None:
    """Take the address of an account as confirmed: for accounts that the operator makes, not people themselves."""
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
