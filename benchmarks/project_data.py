"""Loads projects and plans in any number; project 17 says the same among 2,500 and among 25,000."""

# ruff: noqa: S311 - chance that can be repeated, nothing secret

import datetime as dt
import random
from typing import TYPE_CHECKING

from django.utils import timezone

from benchmarks.data import COMPOUNDS, ZIPF_SUMS
from benchmarks.words import ADJECTIVES
from portal.directory.models import Municipality, Organisation, SizeClass
from portal.directory.vocabularies import FieldOfAction
from portal.editing import publication
from projects.models import Evidence, Interaction, Plan, PlanState, Project, ProjectPlace, Risk, Stage, keys_of
from projects.vocabularies import CostBand, Criterion, Grade, Licence, Phase, RiskKind, Technology, Visibility

if TYPE_CHECKING:
    from uuid import UUID

PLANS_PER_PROJECT = 0.2  # 5,000 plans beside 25,000 projects
DESCRIPTION = 1_800
"""Characters of a description on average."""


def load_projects(first: int, after: int) -> None:
    """Write the projects from number ``first`` up to, but without, ``after``, each in one municipality."""
    places = list(Municipality.objects.current().municipalities().order_by("ags").values_list("ags", flat=True))
    owners = dict(Organisation.objects.filter(municipality__isnull=False).values_list("municipality_id", "pk"))
    made = Project.objects.bulk_create(
        [_project(number, owners.get(places[number % len(places)])) for number in range(first, after)], batch_size=1_000
    )
    pairs = list(zip(range(first, after), made, strict=True))
    ProjectPlace.objects.bulk_create(
        [ProjectPlace(project=one, municipality_id=places[number % len(places)]) for number, one in pairs],
        batch_size=2_000,
    )
    Evidence.objects.bulk_create(
        [
            Evidence(
                project=one,
                criterion=criterion,
                claim=f"Messwert {number}",
                grade=Grade.DOCUMENTED if number % 2 else Grade.CLAIMED,
                source="Bericht",
            )
            for number, one in pairs
            for criterion in Criterion.values[: number % 3]
        ],
        batch_size=2_000,
    )
    Interaction.objects.bulk_create(
        [Interaction(project=one, effect="hilft", field="energie", sentence="Spart Wege.") for _number, one in pairs],
        batch_size=5_000,
    )
    Risk.objects.bulk_create(
        [
            Risk(project=one, kind=RiskKind.values[number % 6], description="Fällt aus.", countermeasure="Wartung.")
            for number, one in pairs
        ],
        batch_size=5_000,
    )


def _project(number: int, owner: "UUID | None") -> Project:
    rng = random.Random(f"project {number}")
    words = rng.choices(COMPOUNDS, cum_weights=ZIPF_SUMS, k=DESCRIPTION // 18)
    fields = rng.sample(FieldOfAction.values, rng.choice((1, 1, 2, 3)))
    return Project(
        slug=f"messung-{number:05}",
        organisation_id=owner,
        stage=Stage.DONE,
        title=f"{rng.choice(ADJECTIVES).capitalize()} {words[0]} {number}"[:160],
        summary=" ".join(words[:12])[:300],
        description=" ".join(words),
        lessons_learnt=" ".join(words[:20]),
        phase=rng.choices(Phase.values, weights=(5, 8, 20, 40, 12, 8, 7))[0],
        fields_of_action=[field for field in FieldOfAction.values if field in fields],
        technologies=rng.sample(Technology.values, 2),
        cost_band=rng.choice(CostBand.values),
        effort_days=rng.randrange(5, 400),
        licence=rng.choice(Licence.values),
        transferable_sizes=rng.sample(SizeClass.values, 3),
        checked_on=dt.date(2026, 11, 1) - dt.timedelta(days=rng.randrange(300)),
        **publication("published", at=timezone.now()),
    )


def load_plans(first: int, after: int) -> None:
    """Write the plans from number ``first`` up to, but without, ``after``."""
    rows = list(
        Organisation.objects.filter(municipality__isnull=False)
        .select_related("municipality")
        .order_by("slug")[:: max(1, 10_751 // max(1, after))]
    )
    Plan.objects.bulk_create(
        [_plan(number, rows[number % len(rows)]) for number in range(first, after)], batch_size=2_000
    )


def _plan(number: int, organisation: Organisation) -> Plan:
    rng = random.Random(f"plan {number}")
    words = rng.choices(COMPOUNDS, cum_weights=ZIPF_SUMS, k=60)
    place = organisation.municipality
    assert place is not None  # noqa: S101 - asked for above
    return Plan(
        organisation=organisation,
        title=f"{words[0]} {number}"[:160],
        description=" ".join(words),
        fields_of_action=sorted(rng.sample(FieldOfAction.values, rng.choice((1, 2)))),
        begins_on=dt.date(2027, 1, 1) + dt.timedelta(days=rng.randrange(900)),
        visibility=rng.choice([Visibility.LAND, Visibility.MUNICIPALITIES, Visibility.PUBLIC]),
        is_named=number % 2 == 0,
        state=PlanState.ANNOUNCED,
        longitude=place.longitude,
        latitude=place.latitude,
        population=place.population,
        **keys_of(organisation),
    )
