"""What every area's declaration keeps to."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Revision

from portal.accounts.models import Role, User
from portal.accounts.services.roles import grant_role
from portal.areas import Area, Areas, areas
from portal.checks import check_registry
from portal.content.models import BarrierReport, Reminder
from portal.privacy import Erasure, PersonalData, field_label, incoherences, names_a_person, undeclared
from tests.factories import factory_for
from tests.factories.accounts import UserFactory, add_app
from tests.factories.funding import ApplicationFactory

pytestmark = pytest.mark.django_db


def test_the_portal_has_its_areas() -> None:
    assert [area.slug for area in areas] == [
        *("directory", "projects", "funding", "content", "evaluation", "accounts", "following", "notifications"),
        "opendata",
    ]
    assert [area.number for area in areas if area.number] == [3, 9]


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
        assert isinstance(indicator.measured(timezone.localdate()), int | float | None), indicator.slug
    for resource in areas.each("resources"):
        factory_for(resource.model).create_batch(3)
    ApplicationFactory(state="approved")  # no resource, but a share is taken of it
    for indicator in indicators:
        measured = indicator.measured(timezone.localdate())
        # What looks back may have nothing to say of a day on which nobody searched or answered.
        assert isinstance(measured, int | float) or (measured is None and indicator.on is not None), indicator.slug


def test_every_card_can_be_drawn(rf: RequestFactory, client: Client) -> None:
    for resource in areas.each("resources"):
        factory_for(resource.model)()
    for card in areas.each("cards"):
        get_template(card.template)
    page = client.get("/")
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_every_model_that_names_a_person_is_declared() -> None:
    """All that are installed, also Wagtail's and Django's; and each of their links and e-mail fields."""
    from django.apps import apps

    declarations = list(areas.each("personal_data"))
    naming = [model for model in apps.get_models() if names_a_person(model)]
    assert {User, Revision, BarrierReport} <= set(naming), "the test would find nothing"
    assert {m._meta.label: found for m in naming if (found := undeclared(m, declarations))} == {}
    declared = {entry.model for entry in declarations}
    assert [m._meta.label for m in naming if not declared & {m, *m._meta.get_parent_list()}] == []


def test_an_undeclared_link_would_be_found() -> None:
    declarations = [entry for entry in areas.each("personal_data") if entry.model is not Revision]
    assert undeclared(Revision, declarations) == ["user"]


def test_declared_personal_data_are_coherent() -> None:
    declarations = list(areas.each("personal_data"))
    assert declarations
    assert [(entry.model._meta.label, problem) for entry in declarations for problem in incoherences(entry)] == []


GOOD = PersonalData(
    model=Reminder,
    subject="person",
    fields=("week",),
    purpose="To remind.",
    legal_basis="Art. 6",
    erasure=Erasure.DELETE,
)


@pytest.mark.parametrize(
    "broken, problem",
    [
        (replace(GOOD, fields=("wek",)), "do not exist: wek"),
        (replace(GOOD, retention_from="wek"), "do not exist: wek"),
        (replace(GOOD, legal_basis=""), "no legal basis"),
        (replace(GOOD, subject="week"), "does not lead to a person"),
        (replace(GOOD, erasure=Erasure.ANONYMISE), "“person” cannot be null"),
        (replace(GOOD, erasure=Erasure.KEEP), "does not say until when"),
        (replace(GOOD, erasure=Erasure.KEEP, until="2030"), "would go with the account"),
        (replace(GOOD, retention=timedelta(days=3)), "neither a date to count from"),
        (replace(GOOD, files=("week",)), "holds no file"),
    ],
)
def test_an_incoherent_declaration_is_refused_by_the_system_check(broken: PersonalData, problem: str) -> None:
    registry = Areas()
    registry.register(Area(slug="broken", label="", summary="", order=1, personal_data=(GOOD,)))
    assert check_registry(registry) == []
    registry.register(Area(slug="more", label="", summary="", order=2, personal_data=(broken,)))
    assert {message.id for message in check_registry(registry)} == {"portal.E030"}
    assert problem in " ".join(message.msg for message in check_registry(registry))


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_what_is_stored_about_people_has_german_names() -> None:
    """Also where a library did not mean its names for people: a page and an export show them."""
    known = {entry.msgid for entry in polib.pofile(str(settings.BASE_DIR / "locale/de/LC_MESSAGES/django.po"))}

    def names() -> list[str]:
        declared = areas.each("personal_data")
        return [name for one in declared for name in (one.label, *(field_label(one.model, f) for f in one.fields))]

    with override("en"):
        english = names()
    with override("de"):
        german = names()
    assert [pair for pair in zip(english, german, strict=True) if pair[0] == pair[1] and pair[0] not in known] == []


EDITED = (
    *("funding:landscape", "funding:corrections", "funding:imports", "funding:duplicates"),
    "projects:submitted",
)


@pytest.mark.parametrize("role", Role)
def test_people_of_the_centre_find_their_pages_in_a_menu_and_may_open_them(role: Role) -> None:
    person = UserFactory()
    grant_role(person=person, role=role, by=None, reason="Neu im Team")
    add_app(person)
    client = Client()
    client.force_login(person)
    page = client.get("/").content.decode()
    offered = {item.url_name for item in areas.each("staff_pages") if f'href="{reverse(item.url_name)}"' in page}
    expected = {
        Role.EDITOR: {
            "wagtailadmin_home",
            "directory:create_organisation",
            "evaluation:proposals",
            *EDITED,
        },
        Role.APPROVER: {"wagtailadmin_home", "evaluation:proposals", *EDITED},
        Role.MODERATOR: {"directory:claims"},
        Role.EVALUATOR: {"evaluation:dashboard", "evaluation:proposals", "funding:landscape"},
        Role.ADMINISTRATOR: {
            *("directory:claims", "directory:create_organisation", "accounts:people", "audit:events"),
            *("evaluation:dashboard", "evaluation:proposals", "notifications:deliveries", "funding:landscape"),
        },
    }
    assert offered == expected.get(role, set())
    for name in offered:
        assert client.get(reverse(name)).status_code == 200, name


def test_nobody_else_sees_that_menu(client: Client) -> None:
    client.force_login(UserFactory())
    page = client.get("/").content.decode()
    assert not [item for item in areas.each("staff_pages") if f'href="{reverse(item.url_name)}"' in page]
