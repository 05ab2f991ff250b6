"""Making, using and revoking API tokens."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import ApiToken, Scope, User
from portal.accounts.models.tokens import KEPT_AFTER
from portal.accounts.services import mails
from portal.audit.models import Verb
from portal.audit.services import record

PREFIX = "kds_"
"""How every secret begins, so that programs that look for leaked secrets find ours."""

MOST = 20
"""So many valid tokens one person may have."""

LIFETIMES = (30, 90, 365)
"""Days for which a token can be made."""

WARN_BEFORE = timedelta(days=7)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_token(*, person: User, name: str, scopes: Iterable[str], days: int) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which nobody can find out again.

    Args:
        person: whose rights it has at most.
        name: what it is for.
        scopes: what it may be used for.
        days: so long it is valid.

    Raises:
        ValidationError: a name is missing, the days or a scope are none that there are, or the person has too many.
    """
    User.objects.select_for_update().get(pk=person.pk)  # of two requests at once, one counts what the other has made
    name = " ".join(name.replace("\x00", "").split())[:80]
    wanted = sorted(set(scopes))
    if not name:
        raise ValidationError({"name": _("Please say what the token is for.")})
    if days not in LIFETIMES or not set(wanted) <= set(Scope.values):
        raise ValidationError(_("This is not possible. Please open the page again."))
    if ApiToken.objects.filter(person=person).valid().count() >= MOST:
        raise ValidationError(
            _("You have %(number)s valid tokens, which is the most there can be. Please revoke one.") % {"number": MOST}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = ApiToken.objects.create(
        person=person,
        name=name,
        digest=digest_of(secret),
        hint=secret[: len(PREFIX) + 4],
        scopes=wanted,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(Verb.TOKEN_CREATED, token, by=person)
    transaction.on_commit(lambda: mails.tell_token_created(token), robust=True)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> bool:
    """End a token at once and tell whether it was still to be ended."""
    ended = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if ended:
        record(Verb.TOKEN_REVOKED, token, by=by)
    return bool(ended)


def find_token(secret: str) -> ApiToken | None:
    """Return the valid token of a secret; its person may still be without an account that is open."""
    if not secret.startswith(PREFIX) or not secret.isascii():
        return None
    found = ApiToken.objects.all().valid().select_related("person").filter(digest=digest_of(secret)).first()
    if found is not None and found.last_used_on != timezone.localdate():
        found.last_used_on = timezone.localdate()
        found.save(update_fields=["last_used_on"])
    return found


def warn_of_expiry() -> int:
    """Tell people whose tokens end within seven days, once for each token; return how many. Runs every night.

    Raises:
        OSError: the mail server does not take a mail; that token is tried again.
    """
    warned = 0
    soon = ApiToken.objects.all().valid().filter(warned_at=None, expires_at__lt=timezone.now() + WARN_BEFORE)
    for key in soon.values_list("pk", flat=True):
        with transaction.atomic():
            token = ApiToken.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key, warned_at=None)
            for one in token.select_related("person"):
                one.warned_at = timezone.now()
                one.save(update_fields=["warned_at"])
                mails.warn_of_token_expiry(one)
                warned += 1
    return warned


def purge_tokens() -> int:
    """Delete the tokens that ended ninety days ago and return how many."""
    before = timezone.now() - KEPT_AFTER
    deleted, _by_model = ApiToken.objects.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before)).delete()
    return deleted
