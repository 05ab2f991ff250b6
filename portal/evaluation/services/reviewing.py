"""Reviews: they open by themselves, are written by evaluators, and once published never change."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Role, User
from portal.areas import Area, ReviewMatter, areas
from portal.audit.models import Verb
from portal.audit.services import record
from portal.evaluation.models import Measure, Review, ReviewInterval
from portal.evaluation.models.reviews import HALF_A_YEAR
from portal.evaluation.permissions import can_change_review, can_evaluate
from portal.evaluation.services.measuring import Figure, figures
from portal.notifications.services.notifying import notify, recipients_of
from portal.permissions import enforce

OPENED, MEASURE_DUE = "review-opened", "measure-due"
"""Slugs of the kinds of notifications."""

DAYS_BEFORE = 7


def reviewed_areas() -> list[Area]:
    """Return the areas that are reviewed: all that declare how they are to be measured."""
    return [area for area in areas if area.indicators]


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("Every month has a first day.")


def next_due(area: str, intervals: Mapping[str, int], today: date) -> date:
    """Return when an area is to be reviewed next; today when it never was."""
    last = Review.objects.filter(area=area).order_by("-until").first()
    if last is None:
        return today
    return months_later(last.until, intervals.get(area, HALF_A_YEAR))


def open_due_reviews(today: date | None = None) -> list[Review]:
    """Open the reviews that are due, and tell the evaluators; an area has one open review at a time."""
    today = today or timezone.localdate()
    intervals = dict(ReviewInterval.objects.values_list("area", "months"))
    opened = []
    for area in reviewed_areas():
        if Review.objects.open().filter(area=area.slug).exists() or next_due(area.slug, intervals, today) > today:
            continue
        months = intervals.get(area.slug, HALF_A_YEAR)
        last = Review.objects.filter(area=area.slug).order_by("-until").first()
        since = last.until + timedelta(days=1) if last else months_later(today, -months)
        try:
            with transaction.atomic():
                review = Review.objects.create(area=area.slug, since=since, until=today)
                notify(
                    kind=OPENED,
                    to=recipients_of(evaluators()),
                    about=review,
                    dedupe_key=f"{OPENED}:{review.pk}",
                )
        except IntegrityError:  # another worker was faster
            continue
        opened.append(review)
    return opened


def evaluators() -> list[User]:
    """Return those who evaluate now."""
    granted = User.objects.filter(is_active=True, role_grants__role=Role.EVALUATOR, role_grants__ended_at=None)
    return list(granted.distinct())


def figures_of(review: Review) -> list[Figure]:
    """Return the indicators of the area with their history in the period."""
    return figures(review.since, review.until, only_public=False, area=review.area)


def matters_of(review: Review) -> list[ReviewMatter]:
    """Gather what the areas have to say about this one: overdue content, feedback, searches in vain."""
    return list(_matters(review))


def _matters(review: Review) -> Iterator[ReviewMatter]:
    for area in areas:
        if area.review is not None:
            yield from area.review(review.area, review.since, review.until)


def earlier_measures(review: Review) -> list[Measure]:
    """Return what was decided before: unfinished, or finished in this period."""
    before = Measure.objects.filter(review__area=review.area, review__until__lt=review.until)
    return list(before.select_related("review", "owner").order_by("due_on", "pk"))


def write_findings(*, review: Review, findings: str, by: User) -> None:
    """Keep what was found; several times, until it is published.

    Raises:
        PermissionDenied: ``by`` may not, or it is published.
    """
    enforce(can_change_review(by, review))
    review.findings = findings
    review.save(update_fields=["findings"])


def decide_measure(*, review: Review, by: User, **values: Any) -> Measure:
    """Decide something to be done.

    Raises:
        PermissionDenied: ``by`` may not, or the review is published.
    """
    enforce(can_change_review(by, review))
    return Measure.objects.create(review=review, **values)


def update_measure(*, measure: Measure, state: str, result: str, by: User) -> None:
    """Say what became of a measure; that goes on after the report.

    Raises:
        PermissionDenied: ``by`` may not.
        ValidationError: it is dropped without a reason.
    """
    enforce(can_evaluate(by))
    if state == Measure.State.DROPPED and not result.strip():
        raise ValidationError({"result": _("Please say why it was dropped.")})
    measure.state, measure.result = state, result
    measure.save(update_fields=["state", "result"])


def publish(*, review: Review, by: User) -> Review:
    """Publish a report; its figures and matters are those of this moment and stay.

    Raises:
        PermissionDenied: ``by`` may not, or it is published already.
        ValidationError: it says nothing yet.
    """
    with transaction.atomic():
        locked = Review.objects.select_for_update().get(pk=review.pk)
        enforce(can_change_review(by, locked))
        if not locked.findings.strip():
            raise ValidationError(_("Please write the findings first: a report says something."))
        locked.figures = [as_stored(figure) for figure in figures_of(locked)]
        # Lines stay inside: a reader may have written a name into what she says.
        locked.matters = [{"label": str(one.label), "number": one.number} for one in matters_of(locked)]
        locked.published_at = timezone.now()
        locked.published_by = by
        locked.save()
        record(Verb.PUBLISHED, locked, by=by, reason=str(locked))
    return locked


def as_stored(figure: Figure) -> dict[str, Any]:
    """Write an indicator as the report keeps it."""
    return {
        "label": str(figure.indicator.label),
        "question": str(figure.indicator.question),
        "unit": str(figure.indicator.unit),
        "target": figure.indicator.target,
        "better": figure.indicator.better,
        "value": figure.value,
        "change": figure.change,
        "days": [day.isoformat() for day in figure.days],
        "values": figure.values,
        "public": figure.indicator.public,
    }


def tell_of_due_measures(today: date | None = None) -> int:
    """Remind those who have to do something within a week, once; return how many. Runs every morning."""
    today = today or timezone.localdate()
    due = Measure.objects.unfinished().filter(due_on__lte=today + timedelta(days=DAYS_BEFORE), owner__is_active=True)
    told = 0
    for measure in due.select_related("owner"):
        assert measure.owner is not None  # noqa: S101 - filtered
        told += notify(
            kind=MEASURE_DUE,
            to=recipients_of([measure.owner]),
            about=measure,
            dedupe_key=f"{MEASURE_DUE}:{measure.pk}:{measure.due_on}",
        )
    return told
