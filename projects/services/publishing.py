"""The way of a project's version: written, submitted, reviewed, published, archived; each step with who and why."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.actions.unpublish import UnpublishAction
from wagtail.signals import published, unpublished

from portal.accounts.models import User
from portal.areas import Message
from portal.directory.models import Organisation
from portal.permissions import enforce
from portal.slugs import free_slug
from portal.visibility import Viewer
from projects import permissions
from projects.models import MACHINE, RESERVED_SLUGS, WITH_REASON, Project, ReviewStep, Stage
from projects.services.telling import editors, tell, writers_of

STAGE, REVIEW = "project-stage", "project-review"
"""Slugs of the kinds of notifications for those who write and for those who review."""

WRITTEN_IN = (Stage.WRITING, Stage.RETURNED, Stage.DONE)
"""Stages in which contributors may write: what is submitted or under review rests until it comes back."""


class OutdatedError(Exception):
    """Somebody else has saved a newer version meanwhile."""


def version_of(project: Project) -> Project:
    """Return the newest version of a project, published or not."""
    version: Project = project.get_latest_revision_as_object()
    return version


def new_slug(title: str) -> str:
    """Make an address of a title that no other project has."""
    rows = Project.objects.all()
    return free_slug(rows, title, instead="projekt", longest=100, reserved=RESERVED_SLUGS)


def save_version(*, form: Any, project: Project, by: User, seen: int | None) -> Project:
    """Keep what somebody has written as a new version; the published one stays.

    Args:
        form: a valid form of the newest version with its parts.
        project: the project as stored; a new one has no key yet.
        by: who writes.
        seen: the version that the form was filled from.

    Raises:
        PermissionDenied: ``by`` does not write for the organisation.
        OutdatedError: there is a newer version than the one seen.
        ValidationError: it is under review.
    """
    enforce(permissions.can_write(by, project))
    with transaction.atomic():
        if project.pk is None:
            made: Project = form.save(commit=False)
            made.slug = new_slug(made.title)
            made.save()
            made.save_revision(user=by)
            return made
        stored = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        if stored.latest_revision_id != seen:
            raise OutdatedError
        if stored.stage not in WRITTEN_IN:
            raise ValidationError(_("It is under review; please take it back first, or wait for the answer."))
        written: Project = form.save(commit=False)
        written.save_revision(user=by, changed=True)
        if not stored.live:
            # Nobody reads the row yet but those who write: their lists show the newest title.
            Project.objects.filter(pk=stored.pk).update(title=written.title, summary=written.summary)
        if stored.stage == Stage.DONE:
            MACHINE.apply(stored, "revise", by=by)
    return written


def amend(*, project: Project, by: User, change: Callable[[Project], None]) -> Project:
    """Change the newest version in one respect, whatever else somebody has written meanwhile.

    Args:
        project: the project as stored.
        by: who changes it.
        change: is given the newest version, and changes it.

    Raises:
        PermissionDenied: ``by`` does not write for the organisation.
        ValidationError: it is under review; or what ``change`` says.
    """
    enforce(permissions.can_write(by, project))
    with transaction.atomic():
        stored = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        if stored.stage not in WRITTEN_IN:
            raise ValidationError(_("It is under review; please take it back first, or wait for the answer."))
        version = version_of(stored)
        change(version)
        version.save_revision(user=by, changed=True)
        if stored.stage == Stage.DONE:
            MACHINE.apply(stored, "revise", by=by)
    return version


def step(*, project: Project, verb: str, by: User, reason: str = "") -> Project:
    """Take one step, and write down who took it and why.

    Raises:
        KeyError: there is no such step.
        PermissionDenied: ``by`` may not take it.
        ValidationError: a reason is missing, the version is not complete, or somebody was faster.
    """
    MACHINE.transition(verb)
    if verb in WITH_REASON and not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    with transaction.atomic():
        if verb in {"submit", "publish"}:
            _demand_completeness(project)
        moved = MACHINE.apply(project, verb, by=by)
        ReviewStep.objects.create(project=moved, verb=verb, reason=reason.strip(), by=by)
        match verb:
            case "publish":
                _publish(moved, by)
            case "discard":
                _discard(moved, by)
            case "archive" if moved.live:
                UnpublishAction(moved, user=by).execute(skip_permission_checks=True)
    _tell(moved, verb, by)
    return moved


def _demand_completeness(project: Project) -> None:
    version = version_of(project)
    if lacking := version.missing():
        names = {field.name: str(field.verbose_name) for field in Project._meta.fields} | {"places": _("place")}
        named = [names[name] for name in lacking]
        raise ValidationError(_("Please fill in first: %(names)s.") % {"names": ", ".join(named)})


def _publish(project: Project, by: User) -> None:
    revision = project.latest_revision or project.save_revision(user=by)
    # That an editor may is asked before; the review is the second pair of eyes that approvals are elsewhere.
    revision.publish(user=by, skip_permission_checks=True)
    project.refresh_from_db()


def _discard(project: Project, by: User) -> None:
    """Go back to what readers see: the row becomes the newest version again."""
    shown = Project.objects.get(pk=project.pk)
    revision = shown.save_revision(user=by)
    Project.objects.filter(pk=project.pk).update(has_unpublished_changes=False, live_revision=revision)


def connect() -> None:
    """Follow what editors do in their admin, or what is published in time."""
    published.connect(_on_published, sender=Project, dispatch_uid="projects.published")
    unpublished.connect(_on_unpublished, sender=Project, dispatch_uid="projects.unpublished")


def _on_published(instance: Project, **_more: Any) -> None:
    Project.objects.filter(pk=instance.pk).exclude(stage=Stage.DONE).update(stage=Stage.DONE)


def _on_unpublished(instance: Project, **_more: Any) -> None:
    over = Project.objects.filter(pk=instance.pk, stage__in=[Stage.WRITING, Stage.RETURNED, Stage.DONE])
    over.update(stage=Stage.ARCHIVED)


def latest_reason(project: Project) -> str:
    """Return why it was returned or archived last; empty where it was not."""
    return project.steps.filter(verb__in=WITH_REASON).values_list("reason", flat=True).first() or ""


# --- telling ---


def _tell(project: Project, verb: str, by: User) -> None:
    number = project.steps.count()
    if verb == "submit":
        tell(REVIEW, editors(), project, f"{project.pk}:{number}", but=by)
    elif verb in {"give_back", "publish", "archive"} and project.organisation is not None:
        tell(STAGE, writers_of([project.organisation]), project, f"{project.pk}:{number}", but=by)


def sees_inside(user: Viewer, project: Project) -> bool:
    """Whether somebody may still be told when the mail goes out."""
    return bool(permissions.can_see_inside(user, project))


def stage_changed(_notification: Any, project: Project) -> Message | None:
    """Say what became of what an organisation has written."""
    names = {"title": project.title}
    match project.stage:
        case Stage.RETURNED:
            subject = _("Returned to you: %(title)s") % names
            text = _("The editors ask: %(reason)s") % {
                "reason": latest_reason(project) if project.pk else SAMPLE_REASON
            }
        case Stage.DONE:
            subject = _("Published: %(title)s") % names
            text = _("Your project can be found by everybody now. Thank you for sharing it.")
        case Stage.ARCHIVED:
            subject = _("Archived: %(title)s") % names
            text = _("Your project is not shown any more. The reason stands on its page.")
        case _:
            return None
    return Message(
        subject=subject,
        text=text,
        reason=_("You are told because you write for the organisation."),
        path=reverse("projects:project_inside", args=[project.slug]),
        link=_("To the project"),
    )


def is_to_be_reviewed(_notification: Any, project: Project) -> Message | None:
    """Say that a project waits for editors; nothing once somebody has begun."""
    if project.stage != Stage.SUBMITTED:
        return None
    who = {"name": project.organisation or _("The competence centre"), "title": project.title}
    return Message(
        subject=_("To be reviewed: %(title)s") % who,
        text=_("%(name)s has submitted the project “%(title)s”.") % who,
        reason=_("You are told because you review projects."),
        path=reverse("projects:project_inside", args=[project.slug]),
        link=_("To the review"),
    )


SAMPLE_REASON = "…"


def _sample(stage: Stage) -> Project:
    town = Organisation(kind=Organisation.Kind.MUNICIPALITY, name="Musterstadt")
    return Project(slug="muster", title=_("Ride-share bench with a button"), stage=stage, organisation=town)


def stage_samples() -> Iterator[Message]:
    """Give examples for the style guide."""
    for stage in (Stage.RETURNED, Stage.DONE, Stage.ARCHIVED):
        found = stage_changed(None, _sample(stage))
        assert found is not None  # noqa: S101 - each says something
        yield found


def review_samples() -> Iterator[Message]:
    """Give an example for the style guide."""
    found = is_to_be_reviewed(None, _sample(Stage.SUBMITTED))
    assert found is not None  # noqa: S101 - it is submitted
    yield found
