"""How far the newest version of a project is on its way to readers.

``live`` says whether readers see a version at all: while a new one is written, submitted and reviewed, the published
one stays. Contributors of the organisation write, a representative submits, editors review; what they decide is kept
with its reason. Editors who publish or withdraw in their admin take the same steps (``services/publishing.py``).
"""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.permissions import Denied
from portal.state import StateMachine, Transition
from projects import permissions

if TYPE_CHECKING:
    from typing import Any

    from portal.permissions import Decision


class Stage(models.TextChoices):
    """Where the newest version stands."""

    WRITING = "writing", _("being written")
    SUBMITTED = "submitted", _("submitted")
    REVIEW = "review", _("under review")
    RETURNED = "returned", _("returned to you")
    DONE = "done", _("published")
    ARCHIVED = "archived", _("archived")


def _was_submitted(project: "Any") -> "Decision":
    """Nobody publishes for an organisation what it has not submitted; the centre's own goes through its admin."""
    if project.organisation_id is None or project.stage in {Stage.SUBMITTED, Stage.REVIEW}:
        return True
    return Denied(_("The organisation has not submitted this version."))


def _has_something_to_go_back_to(project: "Any") -> "Decision":
    """Only what is published can be gone back to."""
    if project.live:
        return True
    return Denied(_("Nothing of it is published yet, so there is nothing to go back to."))


MACHINE = StateMachine(
    states=Stage,
    initial="writing",
    name="stage",
    transitions=(
        Transition(
            verb="submit",
            label=_("Submit"),
            sources=frozenset({"writing", "returned"}),
            target="submitted",
            who=permissions.can_submit,
        ),
        Transition(
            verb="recall",
            label=_("Take back"),
            sources=frozenset({"submitted"}),
            target="writing",
            who=permissions.can_submit,
        ),
        Transition(
            verb="take",
            label=_("Begin the review"),
            sources=frozenset({"submitted"}),
            target="review",
            who=permissions.can_review,
        ),
        Transition(
            verb="give_back",
            label=_("Return with a reason"),
            sources=frozenset({"submitted", "review"}),
            target="returned",
            who=permissions.can_review,
        ),
        Transition(
            verb="publish",
            label=_("Publish"),
            sources=frozenset({"writing", "submitted", "review", "returned", "archived"}),
            target="done",
            who=permissions.can_review,
            guard=_was_submitted,
        ),
        Transition(
            verb="revise",
            label=_("Write a new version"),
            sources=frozenset({"done"}),
            target="writing",
            who=permissions.can_write,
        ),
        Transition(
            verb="discard",
            label=_("Drop the new version"),
            sources=frozenset({"writing", "returned"}),
            target="done",
            who=permissions.can_write,
            guard=_has_something_to_go_back_to,
        ),
        Transition(
            verb="archive",
            label=_("Archive"),
            sources=frozenset({"writing", "returned", "done"}),
            target="archived",
            who=permissions.can_archive,
        ),
        Transition(
            verb="restore",
            label=_("Take up again"),
            sources=frozenset({"archived"}),
            target="writing",
            who=permissions.can_write,
        ),
    ),
)

WITH_REASON = ("give_back", "archive")
"""Steps that nobody takes without saying why."""


class ReviewStep(models.Model):
    """A step that a project's version took: who, when, and why."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="steps", verbose_name=_("project"))
    verb = models.CharField(_("step"), max_length=10, choices=[(one.verb, one.label) for one in MACHINE.transitions])
    reason = models.TextField(_("reason"), max_length=2_000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        """The newest first; who returns or archives says why."""

        verbose_name = _("step of a project")
        verbose_name_plural = _("steps of projects")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(verb__in=["give_back", "archive"]) | Q(reason__regex=r"\S"),
                name="projects_reviewstep_with_reason",
            ),
        ]

    def __str__(self) -> str:
        """What was done."""
        return str(self.get_verb_display())
