"""What people are told about reviews, measures and technologies."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.areas import Message
from portal.evaluation.models import Measure, Proposal, Review, Technology


def review_opened(_notification: Any, review: Review) -> Message | None:
    """Say that an area is to be reviewed; nothing once the report is published."""
    if review.is_published:
        return None
    return Message(
        subject=_("A review is due: %(area)s") % {"area": review.area_label},
        text=_("The review has been opened with its figures, readers' feedback and overdue content."),
        reason=_("You are told because you evaluate for the competence centre."),
        path=reverse("evaluation:review", args=[review.pk or 0]),
        link=_("To the review"),
    )


def measure_due(_notification: Any, measure: Measure) -> Message | None:
    """Say that a measure is due; nothing once it is finished."""
    if measure.state not in {Measure.State.PLANNED, Measure.State.ONGOING}:
        return None
    return Message(
        subject=_("A measure is due: %(text)s") % {"text": measure.text},
        text=_("It is to be finished by %(date)s.") % {"date": date_format(measure.due_on, "DATE_FORMAT")},
        reason=_("You are told because you are responsible for this measure."),
        path=reverse("evaluation:dashboard"),
        link=_("To the evaluation"),
    )


def technology_due(_notification: Any, technology: Technology) -> Message | None:
    """Say that a technology is to be judged again; nothing once that was done."""
    if not technology.is_overdue:
        return None
    return Message(
        subject=_("To be judged again: %(name)s") % {"name": technology},
        text=_("The recommendation was to be looked at again by %(date)s.")
        % {"date": date_format(technology.review_due_on, "DATE_FORMAT")},
        reason=_("You are told because you are responsible for this technology."),
        path=technology.get_absolute_url(),
        link=_("To the technology"),
    )


def proposal_answered(_notification: Any, proposal: Proposal) -> Message | None:
    """Say what became of a proposal."""
    accepted = proposal.state == Proposal.State.ACCEPTED
    text = _("We take it up: %(answer)s") if accepted else _("We do not take it up at present: %(answer)s")
    return Message(
        subject=_("Your proposal: %(name)s") % {"name": proposal.name},
        text=text % {"answer": proposal.answer},
        reason=_("You are told because you proposed this technology."),
        path=reverse("evaluation:radar"),
        link=_("To the technology radar"),
    )


def samples_of_reviews() -> Iterator[Message]:
    """Give an example for the style guide."""
    today = timezone.localdate()
    message = review_opened(None, Review(area="funding", since=today, until=today))
    assert message is not None  # noqa: S101 - it is not published
    yield message


def samples_of_measures() -> Iterator[Message]:
    """Give an example for the style guide."""
    message = measure_due(None, Measure(text=_("Check the oldest programmes"), due_on=timezone.localdate()))
    assert message is not None  # noqa: S101 - it is planned
    yield message


def samples_of_technologies() -> Iterator[Message]:
    """Give an example for the style guide."""
    yesterday = timezone.localdate() - timedelta(days=1)
    message = technology_due(None, Technology(slug="lorawan", name="LoRaWAN", review_due_on=yesterday))
    assert message is not None  # noqa: S101 - it is overdue
    yield message


def samples_of_proposals() -> Iterator[Message]:
    """Give an example of each answer for the style guide."""
    for state in (Proposal.State.ACCEPTED, Proposal.State.DECLINED):
        answered = Proposal(name=_("Digital twins"), state=state, answer=_("Several municipalities try it out."))
        message = proposal_answered(None, answered)
        assert message is not None  # noqa: S101 - it is answered
        yield message
