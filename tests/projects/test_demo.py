"""The demonstration projects."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.content.models import Document, Image
from portal.directory import demo as register
from portal.directory.actors import demo as actors
from projects.demo import load, load_own
from projects.models import AgreementTemplate, Collection, Cooperation, Match, Plan, Project, Stage
from projects.services import demonstrating
from projects.vocabularies import CostBand, Grade, Phase, SpatialEffect, Technology

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="class")
def _loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration, loaded once: each test starts from it."""
    with django_db_blocker.unblock(), transaction.atomic():
        register.load()
        assert load() >= 120
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo() -> list[Project]:
    return list(Project.objects.all())


@pytest.mark.usefixtures("_loaded")
class TestLoaded:
    def test_it_covers_laender_sizes_fields_phases_and_failures(self, demo: list[Project]) -> None:
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

    def test_some_are_of_several_places_a_district_an_association_and_a_supplier(self, demo: list[Project]) -> None:
        joint = Project.objects.get(slug="demonstration-mitfahrbank-1")
        towns = [one.municipality for one in joint.places.all()]
        assert len(towns) == 4
        assert None not in towns
        assert {town.land_id for town in towns} == {"07"}
        assert joint.organisation.municipality in towns
        for slug, kind in (("demonstration-starkregen-1", "district"), ("demonstration-dorfapp-1", "association")):
            one = Project.objects.get(slug=slug)
            (place,) = one.places.all()
            assert getattr(place, kind) is not None, slug
            assert getattr(one.organisation, kind) == getattr(place, kind)
        own_entries = [one for one in demo if one.is_of_a_supplier]
        assert [one.organisation.kind for one in own_entries] == ["company"]
        assert own_entries[0].organisation.demonstration

    def test_one_has_a_picture_a_file_and_links(self, client: Client) -> None:
        project = Project.objects.get(slug="demonstration-mitfahrbank-1")
        picture = project.pictures.get()
        assert (picture.image.width, picture.image.height) == (960, 540)
        assert len(picture.image.description) > 40
        assert "CC0" in picture.image.credit
        assert [one.kind for one in project.links.all()] == ["seite", "bericht"]
        page = client.get(project.get_absolute_url()).content.decode()
        assert picture.image.description in page
        file = project.files.get().document
        assert file.url in page
        answer = client.get(file.url, follow=True)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert content.startswith(b"%PDF-")

    def test_a_template_for_an_agreement_is_offered_and_says_that_it_is_no_advice(self, client: Client) -> None:
        template = AgreementTemplate.objects.get()
        assert "Demonstration" in template.title
        assert "keine Rechtsberatung" in template.summary
        written = json.loads(demonstrating.AGREEMENT.read_text(encoding="utf-8"))
        with template.document.file.open("rb") as file:
            assert file.read() == demonstrating.agreement(written), "printed the same each time"
        page = client.get(reverse("projects:radar")).content.decode()
        assert f'href="{template.document.url}"' in page
        assert "keine Rechtsberatung" in page

    def test_a_second_run_changes_nothing(self) -> None:
        before = list(Project.objects.order_by("pk").values())
        kept = [list(model.objects.order_by("pk").values()) for model in (Image, Document, AgreementTemplate)]
        assert load() == 0
        assert [list(model.objects.order_by("pk").values()) for model in (Image, Document, AgreementTemplate)] == kept
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
