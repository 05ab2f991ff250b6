"""The declaration on accessibility grows old: what its editors have to be told."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portal.content.models import AccessibilityStatementPage


@dataclass(frozen=True, slots=True)
class StatementWarning:
    """The assessment is twelve months old, or will soon be (BITV 2.0 § 7 Abs. 6).

    Attributes:
        page: the declaration.
        due_on: the last day on which its assessment is young enough.
        is_overdue: whether that day is over; readers see it as well then.
    """

    page: AccessibilityStatementPage
    due_on: date
    is_overdue: bool


def statement_warning(today: date | None = None) -> StatementWarning | None:
    """Return what the editors are warned of from 30 days before the twelve months are over; None before that."""
    today = today or timezone.localdate()
    for page in AccessibilityStatementPage.objects.filter(live=True).order_by("assessed_on", "pk"):
        if page.is_assessment_due_soon(today):
            return StatementWarning(page, page.assessment_due_on, page.is_assessment_overdue(today))
    return None
