"""What every area's declaration keeps to."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts.models import User
from portal.areas import areas
from portal.checks import check_registry
from portal.privacy import names_a_person
from tests.factories import factory_for

pytestmark = pytest.mark.django_db


def test_the_portal_has_its_areas() -> None:
    assert [area.slug for area in areas] == ["directory", "funding", "content", "accounts"]
    assert [area.number for area in areas if area.number] == [9]


def test_the_declarations_are_sound() -> None:
    assert check_registry(areas) == []


def test_every_entry_of_the_navigation_answers(client: Client) -> None:
    entries = list(areas.each("navigation"))
    assert entries
    for entry in entries:
        assert client.get(reverse(entry.url_name)).status_code == 200


def test_indicators_can_be_measured_on_an_empty_and_on_a_full_portal() -> None:
    indicators = list(areas.each("indicators"))
    assert indicators
    for indicator in indicators:
        assert isinstance(indicator.evaluate(), int | float | None), indicator.slug
    for resource in areas.each("resources"):
        factory_for(resource.model).create_batch(3)
    for indicator in indicators:
        assert isinstance(indicator.evaluate(), int | float), indicator.slug


def test_every_card_can_be_drawn(rf: RequestFactory, client: Client) -> None:
    for resource in areas.each("resources"):
        factory_for(resource.model)()
    for card in areas.each("cards"):
        get_template(card.template)
    page = client.get("/")
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_every_model_that_names_a_person_is_declared() -> None:
    from django.apps import apps

    own = [m for m in apps.get_models() if m.__module__.split(".")[0] in {"portal", "funding", "competence_centre"}]
    declared = {entry.model for entry in areas.each("personal_data")}
    naming = {model for model in own if names_a_person(model)}
    assert User in naming, "the test would find nothing"
    assert naming - declared == set()


def test_declared_personal_data_exist() -> None:
    declarations = list(areas.each("personal_data"))
    assert declarations
    for entry in declarations:
        names = {field.name for field in entry.model._meta.get_fields()}
        assert set(entry.fields) <= names, entry.model
        assert entry.subject in {"", "pk"} or entry.subject.split("__")[0] in names, entry.model


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())
