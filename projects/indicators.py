"""How the project area is evaluated."""

from datetime import date

from django.db.models import Count, DateField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from portal.directory.models import Municipality, SizeClass
from portal.evaluation.services.counting import total
from projects.models import Cooperation, CooperationState, Match, Project, ProjectPlace, Reuse
from projects.vocabularies import CHECKED_GRADES, Phase, ReuseStage

SEARCHES, IN_VAIN = "project-searches", "project-searches-in-vain"
"""What is counted when somebody looks for words in the list, and when nothing has them."""

SMALL = (SizeClass.UNDER_500, SizeClass.FROM_500, SizeClass.FROM_1000, SizeClass.FROM_2000)
"""Places under 5,000 inhabitants."""


def published() -> float:
    """Count the projects that everybody can find."""
    return Project.objects.filter(live=True).count()


def share_confirmed() -> float | None:
    """Return how many in a hundred of the published projects were confirmed in time; None without any."""
    due = ExpressionWrapper(
        Coalesce(F("checked_on"), TruncDate("first_published_at")) + F("check_interval_days"), output_field=DateField()
    )
    counted = (
        Project.objects.filter(live=True)
        .alias(due=due)
        .aggregate(everything=Count("pk"), fresh=Count("pk", filter=Q(due__gte=timezone.localdate())))
    )
    return 100 * counted["fresh"] / counted["everything"] if counted["everything"] else None


def share_checked() -> float | None:
    """Return how many in a hundred of the published projects have evidence that somebody else has checked."""
    counted = Project.objects.filter(live=True).aggregate(
        everything=Count("pk"), checked=Count("pk", filter=Q(evidence_grade__in=CHECKED_GRADES))
    )
    return 100 * counted["checked"] / counted["everything"] if counted["everything"] else None


def reused() -> float:
    """Count how often an organisation uses again what another one has made."""
    return Reuse.objects.filter(stage=ReuseStage.USING, project__live=True).count()


def failures() -> float:
    """Count the published projects that failed and say so."""
    return Project.objects.filter(live=True, phase=Phase.FAILED).count()


def small_places() -> float:
    """Count the municipalities under 5,000 inhabitants that have a published project or use one again."""
    small = Municipality.objects.filter(size_class__in=SMALL)
    with_project = ProjectPlace.objects.filter(project__live=True, municipality__isnull=False).values("municipality")
    using = Reuse.objects.filter(stage=ReuseStage.USING, organisation__municipality__isnull=False)
    return small.filter(Q(pk__in=with_project) | Q(pk__in=using.values("organisation__municipality"))).count()


def proposed() -> float:
    """Count the proposals to work together."""
    return Match.objects.count()


def accepted() -> float:
    """Count the proposals that both sides have agreed to."""
    return Cooperation.objects.count()


def realised() -> float:
    """Count the co-operations that came to something."""
    return Cooperation.objects.filter(state=CooperationState.REALISED).count()


def searches_in_vain(day: date) -> float | None:
    """Return how many in a hundred of a day's searches in the list found nothing; None without any."""
    made = total(SEARCHES, day, day)
    return round(100 * total(IN_VAIN, day, day) / made, 1) if made else None
