"""Names in addresses."""

import pytest
from django.db import connection

from portal.directory.models import Organisation
from portal.slugs import free_slug, german_slug, take_turns
from tests.factories.actors import OrganisationFactory


@pytest.mark.parametrize(
    "text, slug",
    [
        ("Über Größe & Maß", "ueber-groesse-mass"),
        ("Ärzte für Übermorgen", "aerzte-fuer-uebermorgen"),
        ("U\u0308ber", "ueber"),  # the sign as a letter of its own
        ("Café Čapek", "cafe-capek"),
        ("日本", ""),
        (" -- ", ""),
    ],
)
def test_a_slug_is_written_as_in_german(text: str, slug: str) -> None:
    assert german_slug(text) == slug


def new_slug(text: str) -> str:
    return free_slug(Organisation.objects.all(), text, instead="organisation", longest=12, reserved={"anlegen"})


@pytest.mark.django_db
def test_nothing_has_the_address_of_something_else() -> None:
    assert new_slug("Muster GmbH") == "muster-gmbh"
    OrganisationFactory(slug="muster-gmbh")
    assert new_slug("Muster_GmbH") == "muster-gmbh-2"
    OrganisationFactory(slug="muster-gmbh-2")
    assert new_slug("Muster GmbH") == "muster-gmbh-3"
    assert new_slug("Muster GmbH und Compagnie") == "muster-gmbh-3", "cut where it is too long, without a hyphen"
    assert new_slug("Anlegen") == "anlegen-2"
    assert new_slug("08118048") == "organisation-08118048", "looks like a key of the register"
    assert new_slug("日本") == "organisation"


@pytest.mark.django_db(transaction=True)
def test_a_turn_lasts_as_long_as_a_transaction() -> None:
    assert not connection.in_atomic_block
    with pytest.raises(AssertionError):
        take_turns(Organisation)
