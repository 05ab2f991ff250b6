"""What the evaluation gives to the portal."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from portal.areas import Area, Document, Indicator, NavItem, NotificationKind, Resource, Standing, areas
from portal.evaluation import messages
from portal.evaluation.api import TechnologyViewSet
from portal.evaluation.filtersets import TechnologyFilterSet
from portal.evaluation.models import Measure, Proposal, Review, Technology
from portal.evaluation.permissions import can_evaluate, can_keep_radar
from portal.evaluation.services import counting, radar, reviewing
from portal.privacy import Erasure, PersonalData
from portal.search.services import IN_VAIN, SEARCHES
from portal.visibility import Viewer


def _pages_read(day: date) -> float:
    return counting.total(counting.VISITS, day, day)


def _searches_answered(day: date) -> float | None:
    """Of the searches of a day, in per cent; None without any."""
    made = counting.total(SEARCHES, day, day)
    return round(100 * (made - counting.total(IN_VAIN, day, day)) / made, 1) if made else None


def _on_time() -> float | None:
    """Of the published technologies, in per cent; None without any."""
    published = Technology.objects.filter(is_published=True)
    number = published.count()
    return round(100 * (number - published.overdue().count()) / number, 1) if number else None


def _standing(technology: Technology) -> Standing:
    return Standing(details={"ring": technology.ring, "maturity": technology.maturity})


def _technology(technology: Technology) -> Document:
    return Document(
        title=technology.name,
        url=technology.get_absolute_url(),
        summary=technology.summary,
        keywords=str(_("technology radar")),
        text=f"{technology.description} {technology.risks} {technology.evidence}",
        fields=technology.fields,
        day=technology.updated_at.date(),
    )


def _sees_measure(user: Viewer, measure: Measure) -> bool:
    return bool(can_evaluate(user)) or (user.pk is not None and measure.owner_id == user.pk)


def _works_for_the_centre(user: Viewer) -> bool:
    return bool(getattr(user, "roles", ()))


RESPONSIBLE = _("So that somebody is reminded to look at it again.")
DUTY = _("Art. 6(1)(e) GDPR")

areas.register(
    Area(
        slug="evaluation",
        label=_("Evaluation"),
        summary=_("What the centre achieves, in figures and reports, and which technologies it recommends."),
        order=100,
        navigation=(NavItem(label=_("Technologies"), url_name="evaluation:radar"),),
        footer=(
            NavItem(label=_("Statistics"), url_name="evaluation:statistics"),
            NavItem(label=_("Evaluation reports"), url_name="evaluation:reports"),
        ),
        staff_pages=(
            NavItem(
                label=_("Evaluation"),
                url_name="evaluation:dashboard",
                visible_to=lambda user: bool(can_evaluate(user)),
            ),
            NavItem(
                label=_("Proposed technologies"),
                url_name="evaluation:proposals",
                visible_to=lambda user: bool(can_keep_radar(user)),
            ),
        ),
        resources=(
            Resource(
                slug="technologies",
                label=_("Technologies"),
                model=Technology,
                filterset=TechnologyFilterSet,
                viewset=TechnologyViewSet,
                list_url_name="evaluation:radar",
                document=_technology,
                standing=_standing,
                details={"ring": _("recommendation"), "maturity": _("maturity")},
            ),
        ),
        indicators=(
            Indicator(
                slug="portal-pages-read",
                label=_("pages read in a day"),
                question=_("How much is the portal used?"),
                on=_pages_read,
            ),
            Indicator(
                slug="portal-searches-answered",
                label=_("searches with a result"),
                question=_("How many of a hundred searches find something?"),
                on=_searches_answered,
                unit=_("%"),
                target=90,
            ),
            Indicator(
                slug="technologies-on-time",
                label=_("technologies judged in time"),
                question=_("How many of a hundred technologies were looked at again in time?"),
                evaluate=_on_time,
                unit=_("%"),
                target=90,
            ),
        ),
        notifications=(
            NotificationKind(
                slug=reviewing.OPENED,
                label=_("Reviews that are due"),
                description=_("Tells evaluators that an area is to be reviewed."),
                message=messages.review_opened,
                samples=messages.samples_of_reviews,
                rhythm="now",
                concerns=lambda user: bool(can_evaluate(user)),
            ),
            NotificationKind(
                slug=reviewing.MEASURE_DUE,
                label=_("Measures that are due"),
                description=_("Reminds those responsible a week before."),
                message=messages.measure_due,
                samples=messages.samples_of_measures,
                rhythm="daily",
                sees=_sees_measure,
                concerns=_works_for_the_centre,
            ),
            NotificationKind(
                slug=radar.DUE,
                label=_("Technologies to be judged again"),
                description=_("Reminds those responsible for a technology."),
                message=messages.technology_due,
                samples=messages.samples_of_technologies,
                rhythm="weekly",
                concerns=_works_for_the_centre,
            ),
            NotificationKind(
                slug=radar.ANSWERED,
                label=_("Answers to proposed technologies"),
                description=_("Tells you what became of a technology that you proposed."),
                message=messages.proposal_answered,
                samples=messages.samples_of_proposals,
                rhythm="now",
            ),
        ),
        personal_data=(
            PersonalData(
                model=Technology,
                subject="owner",
                fields=("owner",),
                purpose=RESPONSIBLE,
                legal_basis=DUTY,
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=Measure,
                subject="owner",
                fields=("owner",),
                purpose=RESPONSIBLE,
                legal_basis=DUTY,
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=Review,
                subject="published_by",
                fields=("published_by", "published_at"),
                purpose=_("So that it can be said who has published a report."),
                legal_basis=DUTY,
                erasure=Erasure.ANONYMISE,
            ),
            PersonalData(
                model=Proposal,
                subject="person",
                fields=("name", "reason", "source", "state", "answer", "created_at"),
                purpose=_("So that whoever proposes a technology gets an answer."),
                legal_basis=_("Art. 6(1)(a) GDPR"),
                erasure=Erasure.DELETE,
            ),
        ),
    )
)
