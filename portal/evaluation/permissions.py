"""Who evaluates, and who looks after the technology radar."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.permissions import Decision, Denied
from portal.visibility import Viewer

if TYPE_CHECKING:
    from portal.evaluation.models import Review


def can_evaluate(user: Viewer, _obj: object = None) -> Decision:
    """Evaluators see all figures, write reviews and decide measures; administrators as well."""
    if user.is_authenticated and (getattr(user, "is_evaluator", False) or getattr(user, "is_administrator", False)):
        return True
    return Denied(_("Only evaluators of the competence centre can do this."))


def can_change_review(user: Viewer, review: "Review") -> Decision:
    """What is published stays as it is; only what became of its measures is added."""
    allowed = can_evaluate(user)
    if allowed and review.is_published:
        return Denied(_("This report is published. What is new belongs into the next one."))
    return allowed


def can_keep_radar(user: Viewer, _obj: object = None) -> Decision:
    """Evaluators and editors look after the technologies."""
    if user.is_authenticated and getattr(user, "is_editor", False):
        return True
    return can_evaluate(user)
