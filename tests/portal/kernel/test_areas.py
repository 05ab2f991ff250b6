import pytest
from django.contrib.auth.models import Group
from django.http import HttpRequest

from portal.areas import Area, Areas, Card, Indicator, NavItem, Resource
from portal.checks import check_registry

AREA = Area(slug="example", label="Example", summary="An example.", order=1)


def registry(**contributions: object) -> Areas:
    one = Areas()
    one.register(Area(slug="example", label="Example", summary="An example.", order=1, **contributions))  # type: ignore[arg-type]
    return one


def ids(one: Areas) -> list[str | None]:
    return [message.id for message in check_registry(one)]


def no_context(_request: HttpRequest) -> None:
    return None


def test_a_slug_is_registered_once() -> None:
    one = Areas()
    assert one.register(AREA) is AREA
    with pytest.raises(ValueError, match="example"):
        one.register(AREA)
    assert (len(one), one["example"]) == (1, AREA)


def test_areas_come_in_the_order_of_the_menu() -> None:
    one = Areas()
    for slug, order in (("c", 2), ("b", 2), ("a", 9)):
        one.register(Area(slug=slug, label=slug, summary=slug, order=order))
    assert [area.slug for area in one] == ["b", "c", "a"]


def test_each_walks_one_kind_of_contribution() -> None:
    items = (NavItem(label="A", url_name="home"), NavItem(label="B", url_name="home"))
    assert list(registry(navigation=items).each("navigation")) == list(items)
    assert list(registry(navigation=items).each("cards")) == []


def test_sound_declarations_pass_the_checks() -> None:
    assert ids(registry(navigation=(NavItem(label="Home", url_name="home"),))) == []


def test_a_slug_given_twice_is_found() -> None:
    figure = Indicator(slug="twice", label="Twice", question="Why?", evaluate=lambda: 1.0)
    assert ids(registry(indicators=(figure, figure))) == ["portal.E001"]


def test_an_entry_that_leads_nowhere_is_found() -> None:
    assert ids(registry(navigation=(NavItem(label="Gone", url_name="gone:away"),))) == ["portal.E002"]


def test_a_missing_template_is_found() -> None:
    card = Card(slug="card", template="example/cards/gone.html", context=no_context)
    assert ids(registry(cards=(card,))) == ["portal.E003"]


def test_a_resource_that_is_silent_about_visibility_is_found() -> None:
    silent = Resource(slug="groups", label="Groups", model=Group, filterset=None, viewset=None)  # type: ignore[arg-type]
    assert ids(registry(resources=(silent,))) == ["portal.E004"]


def test_a_resource_that_offers_must_answer_about_and_why() -> None:
    offering = Resource(slug="groups", label="Groups", model=Group, filterset=None, viewset=None, offers=True)  # type: ignore[arg-type]
    assert ids(registry(resources=(offering,))) == ["portal.E004", "portal.E005", "portal.E006"]


def test_a_model_without_a_resource_is_told() -> None:
    with pytest.raises(LookupError, match="Group"):
        registry().resource_of(Group)
