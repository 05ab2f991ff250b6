"""Saying that an organisation uses again what another has made, and after a year what came of it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.areas import Message
from portal.directory.models import Organisation
from portal.permissions import enforce
from portal.visibility import Viewer
from projects import permissions
from projects.models import Experience, Project, Reuse
from projects.services.telling import tell, writers_of
from projects.vocabularies import ReuseStage

TOLD, ASKED = "project-reused", "project-reuse-asked"
"""Slugs of the kinds of notifications: for those whose project is used, and for those who use it."""


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
    if before is not None and values.get("stage", before.stage) != ReuseStage.USING:
        values["answered_on"] = None
        before.outcomes.all().delete()
    reuse, _made = Reuse.objects.update_or_create(project=stored, organisation=organisation, defaults=values)
    if before is None or before.stage != reuse.stage:
        others = writers_of([stored.organisation]) if stored.organisation else []
        tell(TOLD, others, reuse, f"{reuse.pk}:{reuse.stage}", but=by)
    return reuse


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
    if reuse.stage != ReuseStage.USING:
        raise ValidationError(_("Please say first that you use it."))
    for name, value in values.items():
        setattr(reuse, name, value)
    reuse.answered_on = timezone.localdate()
    reuse.save()
    for criterion, (outcome, text) in outcomes.items():
        if outcome:
            Experience.objects.update_or_create(
                reuse=reuse, criterion=criterion, defaults={"outcome": outcome, "text": text}
            )
        else:
            Experience.objects.filter(reuse=reuse, criterion=criterion).delete()
    return reuse


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
    return bool(permissions.can_write(user, reuse.project))


def is_used_again(_notification: Any, reuse: Reuse) -> Message | None:
    """Tell those who made it that somebody uses it."""
    said = {"name": reuse.organisation.name, "title": reuse.project.title}
    subject = {
        ReuseStage.INTERESTED: _("%(name)s is interested in “%(title)s”"),
        ReuseStage.PLANNING: _("%(name)s plans to use “%(title)s” again"),
        ReuseStage.USING: _("%(name)s uses “%(title)s” again"),
    }[ReuseStage(reuse.stage)]
    return Message(
        subject=subject % said,
        text=_("It stands on the page of your project. A word from you may save the others weeks."),
        reason=_("You are told because you write for the organisation whose project it is."),
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
        path=reverse("projects:reuse_report", args=[reuse.project.slug]),
        link=_("Answer three questions"),
    )


def _sample(stage: ReuseStage) -> Reuse:
    town = Organisation(kind=Organisation.Kind.MUNICIPALITY, name="Musterstadt")
    project = Project(slug="muster", title=_("Ride-share bench with a button"))
    return Reuse(project=project, organisation=town, stage=stage)


def told_samples() -> Iterator[Message]:
    """Give examples for the style guide."""
    for stage in ReuseStage:
        found = is_used_again(None, _sample(stage))
        assert found is not None  # noqa: S101 - each says something
        yield found


def asked_samples() -> Iterator[Message]:
    """Give an example for the style guide."""
    found = asks_what_came_of_it(None, _sample(ReuseStage.USING))
    assert found is not None  # noqa: S101 - it is in use
    yield found
