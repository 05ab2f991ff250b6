"""Whoever edits chooses a place, an organisation or a programme in a window with a search."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.accounts import UserFactory
from tests.factories.actors import OrganisationFactory
from tests.factories.directory import AssociationFactory, MunicipalityFactory
from tests.factories.funding import ProgrammeFactory
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(UserFactory(editor=True))
    return client


def test_a_place_is_found_by_words_of_its_name_key_and_where_it_lies(editor: Client) -> None:
    town = MunicipalityFactory(name="Musterstadt")
    MunicipalityFactory(name="Andersdorf")
    MunicipalityFactory(name="Musterfrüher", valid_to="2020-01-01")
    for words in ("muster", town.ags[2:], f"{town.land.name} musterst"):
        page = editor.get(reverse("municipality_chooser:choose_results"), {"q": words}).content.decode()
        assert town.label() in page, words
        assert "Andersdorf" not in page
        assert "Musterfrüher" not in page
    nothing = editor.get(reverse("municipality_chooser:choose_results"), {"q": "gibtesnicht"}).content.decode()
    assert "Musterstadt" not in nothing
    assert "gibtesnicht" in nothing


def test_what_was_chosen_is_named_so_that_it_cannot_be_mistaken(editor: Client) -> None:
    town = MunicipalityFactory(name="Neustadt")
    chosen = editor.get(reverse("municipality_chooser:chosen", args=[town.pk])).json()
    assert (chosen["result"]["id"], chosen["result"]["title"]) == (town.ags, town.label())
    assert editor.get(reverse("organisation_chooser:chosen", args=["kein-schluessel"])).status_code == 404


def test_windows_ask_as_many_statements_for_one_and_for_many(editor: Client) -> None:
    def statements() -> dict[str, int]:
        counted = {}
        for model in ("municipality", "association", "district", "organisation"):
            with CaptureQueriesContext(connection) as asked:
                assert editor.get(reverse(f"{model}_chooser:choose_results")).status_code == 200
            counted[model] = len(asked)
        return counted

    MunicipalityFactory()
    AssociationFactory()
    OrganisationFactory()
    statements()  # what is kept in memory from the first request on
    few = statements()
    MunicipalityFactory.create_batch(8)
    AssociationFactory.create_batch(8)
    OrganisationFactory.create_batch(8)
    assert statements() == few


def test_a_projects_form_shows_choosers_with_what_is_chosen(editor: Client) -> None:
    programme = ProgrammeFactory(title="Sonderbares Programm")
    project = ProjectFactory(organisation=OrganisationFactory(name="Stadtwerke Beispiel"))
    project.financing.create(programme=programme)
    project.save_revision()
    page = editor.get(reverse("wagtailsnippets_projects_project:edit", args=[project.pk])).content.decode()
    for words in ("Stadtwerke Beispiel", "Sonderbares Programm", "/redaktion/choose/municipality/"):
        assert words in page
    results = reverse("wagtailsnippetchoosers_funding_programme:choose_results")
    assert "Sonderbares Programm" in editor.get(results, {"q": "sonderbar"}).content.decode()
    assert "Sonderbares Programm" not in editor.get(results, {"q": "gewöhnlich"}).content.decode()


def test_a_key_that_could_be_none_is_refused_beside_the_field(editor: Client) -> None:
    """Whoever forges a form gets it back with the reason, whatever the kind of key."""
    project = ProjectFactory()
    form = reverse("wagtailsnippets_projects_project:edit", args=[project.pk])
    answer = editor.post(form, {"title": project.title, "slug": project.slug, "organisation": "kein-schluessel"})
    assert answer.status_code == 200
    assert "organisation" in answer.context["form"].errors
    chosen = reverse("wagtailsnippetchoosers_funding_programme:chosen", args=["kein-schluessel"])
    assert editor.get(chosen).status_code == 404
