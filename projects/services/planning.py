"""Announcing plans, answering proposals, and what two do together once both have agreed."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.areas import Message
from portal.directory.models import Organisation
from portal.keeping import accept, forget
from portal.permissions import enforce
from portal.slugs import take_turns
from portal.visibility import Viewer
from projects import permissions
from projects.models import Answer, Cooperation, CooperationFile, CooperationStep, Match, Plan, PlanState
from projects.services.matching import in_words, propose
from projects.services.telling import tell, writers_of

PROPOSED, AGREED = "plan-proposed", "plan-agreed"
"""Slugs of the kinds of notifications."""


@transaction.atomic
def announce(*, plan: Plan, by: User) -> list[Match]:
    """Store a new or changed plan, and match it anew; return the new proposals. Both sides are told of them once.

    Plans are stored and proposals answered one after another: who plans the same at the same moment is found, and
    nobody agrees to a proposal that is being withdrawn.

    Raises:
        PermissionDenied: ``by`` does not write for the organisation.
    """
    enforce(permissions.can_keep_plan(by, plan))
    take_turns(Match)
    if not plan._state.adding:  # somebody may have closed it while it was being changed
        plan.state = Plan.objects.values_list("state", flat=True).get(pk=plan.pk)
    plan.save()
    return _propose(plan, by) if plan.state == PlanState.ANNOUNCED else []


def _propose(plan: Plan, by: User) -> list[Match]:
    """Match a plan anew, tell both sides of what is proposed, and ask those anew who agreed to other reasons."""
    proposed = propose(plan)
    for match in proposed.made:
        tell(PROPOSED, writers_of([match.first.organisation, match.second.organisation]), match, str(match.pk), but=by)
    for match in proposed.asked_anew:
        other = match.second if match.first_id == plan.pk else match.first
        facts = {"version": match.version}
        tell(PROPOSED, writers_of([other.organisation]), match, f"{match.pk}:{match.version}", but=by, facts=facts)
    return proposed.made


@transaction.atomic
def close(*, plan: Plan, state: PlanState, by: User) -> Plan:
    """Withdraw a plan, say that it is realised, or announce it anew.

    Raises:
        PermissionDenied: ``by`` does not write for the organisation.
    """
    enforce(permissions.can_keep_plan(by, plan))
    take_turns(Match)
    stored = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    stored.state = state
    stored.save(update_fields=["state", "updated_at"])
    if state == PlanState.ANNOUNCED:
        _propose(stored, by)
    return stored


@transaction.atomic
def answer(*, match: Match, side: str, agrees: bool, by: User, seen: int | None = None) -> Match:
    """Answer a proposal for one side; once both have agreed, they get a record in common.

    Args:
        match: the proposal.
        side: ``first`` or ``second``.
        agrees: whether it wants to talk.
        by: who answers.
        seen: the version that she has seen; without, that of ``match``.

    Raises:
        PermissionDenied: ``by`` does not write for that side.
        ValidationError: a plan was withdrawn or has changed, or it was answered already.
    """
    take_turns(Match)
    stored = Match.objects.with_plans().select_for_update(of=("self",)).get(pk=match.pk)
    enforce(permissions.can_keep_plan(by, getattr(stored, side)))
    if stored.is_agreed or stored.is_declined:
        raise ValidationError(_("This proposal was answered already."))
    if stored.is_withdrawn:
        raise ValidationError(_("One of the two plans has changed: they are not alike any more."))
    if agrees and stored.version != (match.version if seen is None else seen):
        raise ValidationError(_("One of the two plans has changed. Please look at the reasons and answer again."))
    setattr(stored, f"{side}_answer", Answer.YES if agrees else Answer.NO)
    try:
        with transaction.atomic():
            stored.save(update_fields=[f"{side}_answer"])
    except IntegrityError as error:
        raise ValidationError(_("One of the two plans was withdrawn meanwhile.")) from error
    if stored.is_agreed:
        _begin(stored, by)
    return stored


def _begin(match: Match, by: User) -> Cooperation:
    made = Cooperation.objects.create(match=match, title=_("Together: %(title)s") % {"title": match.first.title[:130]})
    made.partners.set([match.first.organisation, match.second.organisation])
    people = writers_of([match.first.organisation, match.second.organisation])
    tell(AGREED, people, match, f"{match.pk}:agreed", but=by)
    return made


# --- what they do together ---


class OutdatedError(Exception):
    """Somebody else has stored it since it was opened."""


@transaction.atomic
def keep_record(*, cooperation: Cooperation, seen: int, by: User) -> Cooperation:
    """Store goal, division of work, saving and state.

    Args:
        cooperation: with what was written.
        seen: the version that was shown to whoever wrote.
        by: who writes.

    Raises:
        PermissionDenied: ``by`` does not write for a partner.
        OutdatedError: somebody else has stored it meanwhile.
    """
    enforce(permissions.can_keep_cooperation(by, cooperation))
    stored = Cooperation.objects.select_for_update(of=("self",)).get(pk=cooperation.pk)
    if stored.version != seen:
        raise OutdatedError
    cooperation.version = stored.version + 1
    cooperation.save()
    return cooperation


@transaction.atomic
def add_step(*, cooperation: Cooperation, step: CooperationStep, by: User) -> CooperationStep:
    """Note something to do.

    Raises:
        PermissionDenied: ``by`` does not write for a partner.
    """
    enforce(permissions.can_keep_cooperation(by, cooperation))
    step.cooperation = cooperation
    step.save()
    return step


@transaction.atomic
def change_step(*, step: CooperationStep, by: User) -> CooperationStep:
    """Store what is to be done, by whom and until when.

    Raises:
        PermissionDenied: ``by`` does not write for a partner.
    """
    enforce(permissions.can_keep_cooperation(by, step.cooperation))
    step.save(update_fields=["title", "who", "due_on"])
    return step


@transaction.atomic
def delete_step(*, step: CooperationStep, by: User) -> None:
    """Delete a step for good.

    Raises:
        PermissionDenied: ``by`` does not write for a partner.
    """
    enforce(permissions.can_keep_cooperation(by, step.cooperation))
    step.delete()


@transaction.atomic
def tick(*, step: CooperationStep, done: bool, by: User) -> None:
    """Say that something is done, or that it is not after all.

    Raises:
        PermissionDenied: ``by`` does not write for a partner.
    """
    enforce(permissions.can_keep_cooperation(by, step.cooperation))
    step.done_on = timezone.localdate() if done else None
    step.save(update_fields=["done_on"])


@transaction.atomic
def attach(*, cooperation: Cooperation, file: UploadedFile[Any], by: User) -> CooperationFile:
    """Keep a file for the partners.

    Raises:
        PermissionDenied: ``by`` does not write for a partner.
        ValidationError: it is too large, of a kind that is not kept, or one too many.
    """
    enforce(permissions.can_keep_cooperation(by, cooperation))
    Cooperation.objects.select_for_update(of=("self",)).get(pk=cooperation.pk)
    name, ending = accept(file, there=cooperation.files.count())
    kept = CooperationFile(cooperation=cooperation, name=name, size=file.size or 0, uploaded_by=by)
    kept.file.save(f"{kept.pk}.{ending}", file, save=False)
    kept.save()
    return kept


@transaction.atomic
def detach(*, file: CooperationFile, by: User) -> None:
    """Delete a file for good.

    Raises:
        PermissionDenied: ``by`` does not write for a partner.
    """
    enforce(permissions.can_keep_cooperation(by, file.cooperation))
    forget(file.file)
    file.delete()


# --- telling ---


def answers(user: Viewer, match: Match) -> bool:
    """Whether somebody may still be told when the mail goes out."""
    return bool(permissions.can_answer_match(user, match))


def is_proposed(notification: Any, match: Match) -> Message | None:
    """Say that somebody plans the same, or that her plan has changed, and not who; nothing once it is answered."""
    if match.is_agreed or match.is_declined or match.is_withdrawn:
        return None
    version = notification.facts.get("version") if notification is not None else None
    if version is not None:
        return _is_asked_anew(match) if version == match.version else None
    return Message(
        subject=_("Somebody plans something similar"),
        text=_("We have found a plan that is like yours: %(reasons)s.")
        % {"reasons": "; ".join(in_words(match.reasons))},
        reason=_("You are told because your organisation has announced a plan."),
        path=reverse("projects:match", args=[match.pk]),
        link=_("To the proposal"),
    )


def _is_asked_anew(match: Match) -> Message:
    return Message(
        subject=_("A plan like yours has changed: please answer again"),
        text=_("You had agreed to talk. The other plan has changed since; it is still like yours: %(reasons)s.")
        % {"reasons": "; ".join(in_words(match.reasons))},
        reason=_("You are told because your organisation has announced a plan."),
        path=reverse("projects:match", args=[match.pk]),
        link=_("To the proposal"),
    )


def is_agreed(_notification: Any, match: Match) -> Message | None:
    """Say that both have agreed."""
    if not match.is_agreed:
        return None
    return Message(
        subject=_("Both want to talk: your plan"),
        text=_("Both sides have agreed. You see now who the other is, and have a record in common."),
        reason=_("You are told because your organisation has announced a plan."),
        path=reverse("projects:match", args=[match.pk]),
        link=_("To the partners"),
    )


def _sample() -> Match:
    town = Organisation(kind=Organisation.Kind.MUNICIPALITY, name="Musterstadt")
    plan = Plan(organisation=town, title=_("Ride-share bench with a button"))
    reasons: list[dict[str, Any]] = [
        {"code": "fields", "values": ["mobilitaet"]},
        {"code": "near", "km": 25},
        {"code": "time"},
    ]
    return Match(first=plan, second=plan, points=80, reasons=reasons)


def proposed_samples() -> Iterator[Message]:
    """Give an example for the style guide, and one for who is asked anew."""
    found = is_proposed(None, _sample())
    assert found is not None  # noqa: S101 - it is open
    yield found
    yield _is_asked_anew(_sample())


def agreed_samples() -> Iterator[Message]:
    """Give an example for the style guide."""
    match = _sample()
    match.first_answer = match.second_answer = Answer.YES
    found = is_agreed(None, match)
    assert found is not None  # noqa: S101 - both agree
    yield found
