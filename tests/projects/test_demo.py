"""The demonstration projects."""

import pytest

from portal.directory import demo as register
from portal.directory.actors import demo as actors
from projects.demo import load, load_own
from projects.models import Collection, Cooperation, Match, Plan, Project, Stage
from projects.vocabularies import CostBand, Grade, Phase, SpatialEffect, Technology

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> list[Project]:
    register.load()
    assert load() >= 120
    return list(Project.objects.all())


def test_it_covers_laender_sizes_fields_phases_and_failures(demo: list[Project]) -> None:
    assert all(one.demonstration for one in demo)
    assert {land for one in demo for land in one.laender} == {f"{number:02}" for number in range(1, 17)}
    assert {one.phase for one in demo} == set(Phase)
    assert {one.evidence_grade for one in demo} == {"", *Grade}
    assert {one.spatial_effect for one in demo} == set(SpatialEffect)
    assert {one.cost_band for one in demo} == set(CostBand)
    assert {code for one in demo for code in one.technologies} >= set(Technology) - {Technology.OTHER}
    assert len({size for one in demo for size in one.size_classes}) == 10
    assert len({key for one in demo for key in one.fields_of_action}) == 14
    assert sum(one.phase == Phase.FAILED for one in demo) >= 10
    assert any(one.country != "DE" for one in demo)
    assert all(one.place_names() for one in demo), "cities that are Länder have several"
    assert any(one.is_check_overdue for one in demo)
    assert Collection.objects.filter(is_public=True).count() == 2


def test_a_second_run_changes_nothing(demo: list[Project]) -> None:
    before = list(Project.objects.order_by("pk").values())
    assert load() == 0
    assert list(Project.objects.order_by("pk").values()) == before


def test_the_town_of_the_demonstration_has_drafts_and_plans() -> None:
    register.load()
    actors.load()
    made = load_own(actors.TOWN)
    assert made == 3 + Plan.objects.count()
    assert {one.stage for one in Project.objects.all()} == {Stage.RETURNED, Stage.SUBMITTED, Stage.DONE}
    assert Match.objects.exists()
    assert Cooperation.objects.count() == 1
    assert load_own(actors.TOWN) == 0
    assert load_own("gibt-es-nicht") == 0
