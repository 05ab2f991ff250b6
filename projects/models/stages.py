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

from portal.state import StateMachine, Transition
from projects import permissions

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.utils.functional import _StrOrPromise as StrOrPromise

    from portal.permissions import Decision
    from portal.visibility import Viewer


class Stage(models.TextChoices):
    """Where the newest version stands."""

    WRITING = "writing", _("being written")
    SUBMITTED = "submitted", _("submitted")
    REVIEW = "review", _("under review")
    RETURNED = "returned", _("returned to you")
    DONE = "done", _("published")
    ARCHIVED = "archived", _("archived")


def _step(
    verb: str,
    label: "StrOrPromise",
    sources: tuple[str, ...],
    target: str,
    who: "Callable[[Viewer, Any], Decision]",
) -> Transition:
    return Transition(verb=verb, label=label, sources=frozenset(sources), target=target, who=who)


MACHINE = StateMachine(
    states=Stage,
    initial="writing",
    name="stage",
    transitions=(
        _step("submit", _("Submit"), ("writing", "returned"), "submitted", permissions.can_submit),
        _step("recall", _("Take back"), ("submitted",), "writing", permissions.can_submit),
        _step("take", _("Begin the review"), ("submitted",), "review", permissions.can_review),
        _step("give_back", _("Return with a reason"), ("submitted", "review"), "returned", permissions.can_review),
        _step(
            "publish",
            _("Publish"),
            ("writing", "submitted", "review", "returned", "archived"),
            "done",
            permissions.can_review,
        ),
        _step("revise", _("Write a new version"), ("done",), "writing", permissions.can_write),
        _step("discard", _("Drop the new version"), ("writing", "returned"), "done", permissions.can_write),
        _step("archive", _("Archive"), ("writing", "returned", "done"), "archived", permissions.can_archive),
        _step("restore", _("Take up again"), ("archived",), "writing", permissions.can_write),
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
