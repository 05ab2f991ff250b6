"""Looking after the technology radar: every recommendation has a reason, and its history."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.models import Verb
from portal.audit.services import record
from portal.evaluation.models import Proposal, RingChange, Technology
from portal.evaluation.permissions import can_keep_radar
from portal.notifications.services.notifying import notify, recipients_of
from portal.permissions import enforce

DUE, ANSWERED = "technology-due", "proposal-answered"
"""Slugs of the kinds of notifications."""


@transaction.atomic
def save_technology(*, technology: Technology, values: dict[str, Any], reason: str, by: User) -> Technology:
    """Write a technology; where its recommendation changes, with the reason.

    Raises:
        PermissionDenied: ``by`` may not.
        ValidationError: the recommendation changes without a reason.
    """
    enforce(can_keep_radar(by))
    before = ""
    was_published = False
    if technology.pk:
        technology = Technology.objects.select_for_update().get(pk=technology.pk)
        before, was_published = technology.ring, technology.is_published
    if before != values["ring"] and not reason.strip():
        raise ValidationError({"reason": _("Please say why: the reason stands in the history.")})
    for name, value in values.items():
        setattr(technology, name, value)
    technology.save()
    if before != technology.ring:
        RingChange.objects.create(technology=technology, before=before, after=technology.ring, reason=reason)
    if technology.is_published != was_published:
        verb = Verb.PUBLISHED if technology.is_published else Verb.WITHDRAWN
        record(verb, technology, by=by, reason=str(technology))
    return technology


def propose(*, person: User, name: str, reason: str, source: str) -> Proposal:
    """Propose a technology."""
    return Proposal.objects.create(person=person, name=name, reason=reason, source=source)


def answer(*, proposal: Proposal, accepted: bool, text: str, by: User) -> None:
    """Answer a proposal, once, and tell who made it.

    Raises:
        PermissionDenied: ``by`` may not.
        ValidationError: it is answered already.
    """
    enforce(can_keep_radar(by))
    state = Proposal.State.ACCEPTED if accepted else Proposal.State.DECLINED
    with transaction.atomic():
        open_ = Proposal.objects.open().filter(pk=proposal.pk)
        if not open_.update(state=state, answer=text, decided_at=timezone.now()):
            raise ValidationError(_("This proposal is answered already."))
        notify(
            kind=ANSWERED,
            to=recipients_of([proposal.person]),
            about=proposal,
            dedupe_key=f"{ANSWERED}:{proposal.pk}",
        )


def tell_of_due_technologies() -> int:
    """Remind those responsible that a judgement is to be looked at again, once; return how many. Runs every morning."""
    told = 0
    for technology in Technology.objects.overdue().filter(owner__is_active=True).select_related("owner"):
        assert technology.owner is not None  # noqa: S101 - filtered
        told += notify(
            kind=DUE,
            to=recipients_of([technology.owner]),
            about=technology,
            dedupe_key=f"{DUE}:{technology.pk}:{technology.review_due_on}",
        )
    return told
