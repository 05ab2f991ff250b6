"""Saying that an organisation uses again what another has made, and after a year what came of it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.areas import Message
from portal.directory.models import Organisation
from portal.permissions import enforce
from portal.visibility import Viewer
from projects import permissions
from projects.models import Experience, Project, Reuse, statements_of
from projects.services.telling import editors, tell, writers_of
from projects.vocabularies import ReuseStage

TOLD, ASKED, HIDDEN = "project-reused", "project-reuse-asked", "project-reuse-hidden"
"""Slugs of the kinds of notifications: for those whose project is used, and twice for those who use it."""


@transaction.atomic
def declare(*, project: Project, organisation: Organisation, by: User, **values: Any) -> Reuse:
    """Say how far an organisation is with a project; said again, it is changed and never there twice.

    Args:
        project: what it uses.
        organisation: for which it is said.
        by: who says it.
        values: fields of ``Reuse``.

    Raises:
        PermissionDenied: ``by`` does not write for the organisation.
        ValidationError: it is the organisation's own project, or nobody can read it.
    """
    enforce(permissions.can_reuse(by, organisation))
    # Two who say the same for one organisation at the same moment come one after the other.
    stored = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if not stored.live:
        raise ValidationError(_("This project is not published."))
    if stored.organisation_id == organisation.pk:
        raise ValidationError(_("This is your own project."))
    before = Reuse.objects.filter(project=stored, organisation=organisation).first()
    stage = values.get("stage", before.stage if before else ReuseStage.INTERESTED)
    if stage != ReuseStage.ENDED:
        values["why_ended"] = ""
    elif not values.get("why_ended", before.why_ended if before else "").strip():
        raise ValidationError({"why_ended": _("Please say in one sentence why you do not use it (any more).")})
    if before is not None and stage in {ReuseStage.INTERESTED, ReuseStage.PLANNING}:
        values["answered_on"] = None
        before.outcomes.all().delete()
    reuse, _made = Reuse.objects.update_or_create(project=stored, organisation=organisation, defaults=values)
    if before is None or before.stage != reuse.stage:
        _tell_the_original(reuse, reuse.stage, by)
    return reuse


def originals_of(project: Project) -> list[Organisation]:
    """Return whose project it is: who writes it, and the municipalities, associations and districts that have it."""
    places = project.places.all()
    named = Q(municipality__in=[one.municipality_id for one in places if one.municipality_id])
    named |= Q(association__in=[one.association_id for one in places if one.association_id])
    named |= Q(district__in=[one.district_id for one in places if one.district_id])
    return list(Organisation.objects.filter(Q(pk=project.organisation_id) | named).order_by("pk"))


def _tell_the_original(reuse: Reuse, what: str, by: User) -> None:
    """Tell those whose project it is; where nobody of them is here, the editors, who know whom to call."""
    people = writers_of(one for one in originals_of(reuse.project) if one.pk != reuse.organisation_id)
    tell(TOLD, people or editors(), reuse, f"{reuse.pk}:{what}", but=by)


@transaction.atomic
def withdraw(*, reuse: Reuse, by: User) -> None:
    """Take back that an organisation uses something again.

    Raises:
        PermissionDenied: ``by`` does not write for the organisation.
    """
    enforce(permissions.can_keep_reuse(by, reuse))
    reuse.delete()


@transaction.atomic
def report(*, reuse: Reuse, by: User, outcomes: Mapping[str, tuple[str, str]], **values: Any) -> Reuse:
    """Keep what came of using it: cost, effort, and for each criterion whether the effect came.

    Args:
        reuse: the use.
        by: who says it.
        outcomes: by criterion, the outcome and what was seen; an empty outcome says nothing.
        values: ``cost_band``, ``effort_days``, ``experience``.

    Raises:
        PermissionDenied: ``by`` does not write for the organisation.
        ValidationError: the organisation does not use it.
    """
    enforce(permissions.can_keep_reuse(by, reuse))
    stored = Reuse.objects.select_for_update(of=("self",)).select_related("project").get(pk=reuse.pk)
    if stored.stage != ReuseStage.USING:
        raise ValidationError(_("Please say first that you use it."))
    for name, value in values.items():
        setattr(stored, name, value)
    stored.answered_on = timezone.localdate()
    stored.save(update_fields=[*values, "answered_on", "updated_at"])
    claimed = statements_of(stored.project)
    for criterion, (outcome, text) in outcomes.items():
        if outcome:
            said = {"outcome": outcome, "text": text, "statements": claimed[criterion]}
            Experience.objects.update_or_create(reuse=stored, criterion=criterion, defaults=said)
        else:
            Experience.objects.filter(reuse=stored, criterion=criterion).delete()
    _tell_the_original(stored, f"answered:{stored.answered_on}", by)
    return stored


@transaction.atomic
def hide(*, reuse: Reuse, by: User, reason: str) -> Reuse:
    """Keep what somebody has written about a use from readers, or with an empty reason show it again.

    Who uses what stays public; those who wrote it are told why their words are hidden.

    Raises:
        PermissionDenied: ``by`` is no editor.
    """
    enforce(permissions.can_edit(by))
    stored = Reuse.objects.select_for_update(of=("self",)).select_related("project", "organisation").get(pk=reuse.pk)
    stored.hidden_reason = reason.strip()
    stored.hidden_on = timezone.localdate() if stored.hidden_reason else None
    stored.save(update_fields=["hidden_on", "hidden_reason", "updated_at"])
    if stored.hidden_on:
        tell(HIDDEN, writers_of([stored.organisation]), stored, f"{stored.pk}:{stored.hidden_on}", but=by)
    return stored


def ask(today: date | None = None) -> int:
    """Ask who has used something for a year what came of it, once; return how many are asked."""
    asked = 0
    for reuse in Reuse.objects.all().to_be_asked(today or timezone.localdate()).with_parts().order_by("pk"):
        asked += tell(ASKED, writers_of([reuse.organisation]), reuse, f"{reuse.pk}:{reuse.since_on}")
    return asked


def keeps(user: Viewer, reuse: Reuse) -> bool:
    """Whether somebody may still be asked when the mail goes out."""
    return bool(permissions.can_keep_reuse(user, reuse))


def writes_original(user: Viewer, reuse: Reuse) -> bool:
    """Whether somebody may still be told of it when the mail goes out."""
    if any(permissions.writes_for(user, one) for one in originals_of(reuse.project)):
        return True
    return bool(permissions.can_edit(user))


def is_used_again(_notification: Any, reuse: Reuse) -> Message | None:
    """Tell those who made it that somebody uses it."""
    said = {"name": reuse.organisation.name, "title": reuse.project.title}
    subject = {
        ReuseStage.INTERESTED: _("%(name)s is interested in “%(title)s”"),
        ReuseStage.PLANNING: _("%(name)s plans to use “%(title)s” again"),
        ReuseStage.USING: _("%(name)s uses “%(title)s” again"),
        ReuseStage.ENDED: _("%(name)s does not use “%(title)s” (any more)"),
    }[ReuseStage(reuse.stage)]
    text = _("It stands on the page of your project. A word from you may save the others weeks.")
    if reuse.stage == ReuseStage.ENDED:
        text = _("The reason: %(reason)s") % {"reason": reuse.why_ended}
    elif reuse.answered_on is not None:
        subject = _("%(name)s says what came of “%(title)s”")
        text = _("Effect, cost and effort with them stand on the page of your project.")
    return Message(
        subject=subject % said,
        text=text,
        reason=_("You are told because it is a project of your organisation, or because you are an editor."),
        path=f"{reuse.project.get_absolute_url()}#reuse",
        link=_("To the project"),
    )


def asks_what_came_of_it(_notification: Any, reuse: Reuse) -> Message | None:
    """Ask; nothing once somebody has answered."""
    if reuse.answered_on is not None or reuse.stage != ReuseStage.USING:
        return None
    said = {"title": reuse.project.title}
    return Message(
        subject=_("What came of it? %(title)s") % said,
        text=_("You have used it for a year. Three questions on effect and cost help everybody who thinks about it."),
        reason=_("You are asked once because your organisation uses this project again."),
        path=f"{reverse('projects:reuse_report', args=[reuse.project.slug])}?fuer={reuse.organisation_id}",
        link=_("Answer three questions"),
    )


def is_hidden(_notification: Any, reuse: Reuse) -> Message | None:
    """Say that editors keep a text from readers, and why; nothing once it is shown again."""
    if reuse.hidden_on is None:
        return None
    return Message(
        subject=_("Not shown to readers: what you wrote about “%(title)s”") % {"title": reuse.project.title},
        text=_("The editors say: %(reason)s") % {"reason": reuse.hidden_reason},
        reason=_("You are told because you write for the organisation."),
        path=reuse.get_absolute_url(),
        link=_("Change what you wrote"),
    )


def _sample(stage: ReuseStage) -> Reuse:
    town = Organisation(kind=Organisation.Kind.MUNICIPALITY, name="Musterstadt")
    project = Project(slug="muster", title=_("Ride-share bench with a button"))
    why = _("The contract has ended.") if stage == ReuseStage.ENDED else ""
    return Reuse(project=project, organisation=town, stage=stage, why_ended=why)


def told_samples() -> Iterator[Message]:
    """Give examples for the style guide."""
    for stage in ReuseStage:
        found = is_used_again(None, _sample(stage))
        assert found is not None  # noqa: S101 - each says something
        yield found
    answered = _sample(ReuseStage.USING)
    answered.answered_on = timezone.localdate()
    found = is_used_again(None, answered)
    assert found is not None  # noqa: S101 - as above
    yield found


def hidden_samples() -> Iterator[Message]:
    """Give an example for the style guide."""
    reuse = _sample(ReuseStage.USING)
    reuse.hidden_on, reuse.hidden_reason = timezone.localdate(), _("Please name no persons.")
    found = is_hidden(None, reuse)
    assert found is not None  # noqa: S101 - it is hidden
    yield found


def asked_samples() -> Iterator[Message]:
    """Give an example for the style guide."""
    found = asks_what_came_of_it(None, _sample(ReuseStage.USING))
    assert found is not None  # noqa: S101 - it is in use
    yield found
