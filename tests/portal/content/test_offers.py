"""What the areas offer beside a text, and single things of the areas by key and address."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from portal.areas import areas
from portal.content import offers
from portal.content.area import about_fields, about_guide
from portal.content.blocks import RelatedBlock
from portal.directory.models import SizeClass
from portal.directory.vocabularies import FieldOfAction
from tests.factories.accounts import UserFactory
from tests.factories.content import GuideFactory, NewsFactory, StudyFactory, english
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db


def named(found) -> dict[str, list[str]]:
    return {str(group.label): [thing.title for thing in group.things] for group in found["groups"]}


def request_of(user, **cookies):
    request = RequestFactory().get("/")
    request.user = user
    request.COOKIES = cookies
    return request


def test_each_area_offers_what_is_about_the_fields_with_a_reason():
    GuideFactory(title="Beides", fields=["energie", "daten"])
    GuideFactory(title="Eines", fields=["daten"])
    GuideFactory(title="Anderes", fields=["bildung"])
    GuideFactory(title="Entwurf", fields=["energie"], hidden=True)
    StudyFactory(title="Befund", fields=["energie"])
    found = offers.about(None, fields=["energie", "daten"])
    guides, studies = found["groups"][-2:]
    assert [thing.title for thing in guides.things] == ["Beides", "Eines"]
    assert [thing.title for thing in studies.things] == ["Befund"]
    assert all(thing.reason for thing in [*guides.things, *studies.things])
    assert guides.things[0].reason != guides.things[1].reason
    assert guides.url == "/leitfaeden/?field=energie&field=daten"


def test_offer_leads_to_a_list_that_shows_it(client):
    GuideFactory(title="Nahwärme", fields=["energie"])
    ProgrammeFactory(title="Wärmenetze", fields=["energieeffizienz_erneuerbare_energien"])
    for group in offers.about(None, fields=["energie"])["groups"]:
        response = client.get(group.url)
        assert response.status_code == 200, group.url
        assert {thing.title for thing in group.things} <= {str(entry) for entry in response.context["page_obj"]}


def test_every_offer_asks_its_list_for_the_same_fields():
    """Lists call the filter by different names; none of them may forget what was asked."""
    GuideFactory(fields=["energie"])
    StudyFactory(fields=["energie"])
    ProgrammeFactory(fields=["energieeffizienz_erneuerbare_energien"])
    ProjectFactory(fields_of_action=["energie"])
    urls = {str(group.label): group.url for group in offers.about(None, fields=["energie"])["groups"]}
    assert urls["Projekte"] == "/projekte/?action=energie"
    assert [url for url in urls.values() if not url.endswith(("?field=energie", "?action=energie"))] == []


def test_offer_follows_the_reader_and_the_municipality():
    place = MunicipalityFactory(ags="08118048", population=3_000)
    GuideFactory(title="Klein", fields=["daten"], sizes=["2000-4999"])
    GuideFactory(title="Groß", fields=["daten"], sizes=["from-500000"])
    anybody = offers.about(request_of(UserFactory()), fields=["daten"])
    (guides,) = [group for group in anybody["groups"] if group.url.startswith("/leitfaeden/")]
    assert (anybody["municipality"], sorted(thing.title for thing in guides.things)) == (None, ["Groß", "Klein"])
    mine = offers.about(request_of(UserFactory(), kommune=place.pk), fields=["daten"])
    assert mine["municipality"] == place
    (guides,) = [group for group in mine["groups"] if group.url.startswith("/leitfaeden/")]
    assert [thing.title for thing in guides.things] == ["Klein"]
    assert f"municipality={place.pk}" in guides.url


def test_offers_cost_one_statement_for_each_resource_and_stop_at_the_limit():
    GuideFactory.create_batch(6, fields=["daten"])
    StudyFactory.create_batch(6, fields=["daten"])
    ProgrammeFactory.create_batch(6)
    ProjectFactory.create_batch(6, fields_of_action=["daten"])
    offering = [resource.slug for resource in areas.each("resources") if resource.offers]
    with CaptureQueriesContext(connection) as captured:
        found = offers.about(None, fields=["daten"], limit=4)
    assert len(captured) <= len(offering)
    assert max(len(group.things) for group in found["groups"]) == 4


def test_page_does_not_recommend_itself():
    guide = GuideFactory(fields=["daten"])
    other = GuideFactory(fields=["daten"])
    found = offers.about(None, fields=["daten"], but=guide)
    assert named(found) == {str(found["groups"][0].label): [other.title]}


def test_thing_is_found_by_its_address_and_named_by_its_key(client):
    place = MunicipalityFactory(ags="08118048", name="Ludwigsburg")
    objects = [GuideFactory(), NewsFactory(), ProgrammeFactory(), place]
    for obj in objects:
        address = obj.get_absolute_url()
        key = offers.key_of(address)
        assert key.endswith(f":{obj.pk}")
        for same in (f"https://portal.example.org{address}", f" {address}?q=1#teil ", address.rstrip("/")):
            assert offers.key_of(same) == key
        assert (offers.address_of(key), offers.exists(key)) == (address, True)


def test_translation_is_named_by_its_own_address():
    guide = GuideFactory()
    translation = guide.copy_for_translation(english(), copy_parents=True)
    translation.save_revision().publish()
    assert offers.key_of(translation.get_absolute_url()) == f"guides:{translation.pk}"
    assert offers.key_of(guide.get_absolute_url()) == f"guides:{guide.pk}"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "/leitfaeden/",
        "/gibt/es/nicht/",
        "/impressum/",
        "/api/v1/guides/",
        "https://",
        "//x",
        "\x00",
        "/foerderung/x/",
        "ä" * 900,
    ],
)
def test_address_of_nothing_has_no_key(address):
    assert offers.key_of(address) == ""


@pytest.mark.parametrize(
    "key", ["", "guides", "guides:", "guides:0", "guides:x", "nichts:1", ":", "guides:" + "9" * 30]
)
def test_key_of_nothing_leads_nowhere(key):
    assert (offers.exists(key), offers.address_of(key)) == (False, key)


def test_hidden_thing_can_neither_be_linked_nor_shown():
    hidden = [GuideFactory(hidden=True), ProgrammeFactory(hidden=True)]
    for obj, slug in zip(hidden, ["guides", "funding-programmes"], strict=True):
        assert offers.key_of(obj.get_absolute_url()) == ""
        assert offers.things([f"{slug}:{obj.pk}"]) == []


def test_several_things_cost_one_statement_for_each_kind():
    guides, programmes = GuideFactory.create_batch(3), ProgrammeFactory.create_batch(3)
    keys = [
        key
        for pair in zip(guides, programmes, strict=True)
        for key in (f"guides:{pair[0].pk}", f"funding-programmes:{pair[1].pk}")
    ]
    with CaptureQueriesContext(connection) as captured:
        found = offers.things(keys)
    assert [thing.title for thing in found] == [
        str(obj) for pair in zip(guides, programmes, strict=True) for obj in pair
    ]
    assert len(captured) == 2


def test_block_keeps_the_key_and_refuses_what_leads_nowhere():
    block = RelatedBlock()
    guide = GuideFactory()
    value = block.value_from_form(guide.get_absolute_url())
    assert value == f"guides:{guide.pk}"
    assert block.value_for_form(value) == guide.get_absolute_url()
    assert block.clean(value) == value
    guide.slug = "umgezogen"
    guide.save()
    assert block.value_for_form(value).endswith("/umgezogen/")
    with pytest.raises(ValidationError):
        block.clean(block.value_from_form("/gibt-es-nicht/"))


def test_reasons_are_given_in_german():
    place = MunicipalityFactory(population=3_400)
    place.refresh_from_db()
    every, some = list(SizeClass.values), [SizeClass.FROM_2000.value]
    for sizes, said in ((every, "Für Kommunen jeder Größe"), (some, "Für Kommunen mit 2.000 bis 4.999 Einwohnerinnen")):
        assert about_guide(GuideFactory(sizes=sizes), place, []).startswith(said)
    assert about_guide(GuideFactory(), None, []) == "Neu im Portal"
    field = FieldOfAction.MOBILITY
    assert about_fields(GuideFactory(fields=[field]), None, [field]) == f"Zum Handlungsfeld: {field.label}"
