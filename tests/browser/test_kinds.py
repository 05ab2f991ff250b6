"""The list of kinds of page leaves nothing out."""

from django.urls import URLPattern, path

from tests.browser.kinds import names, page_types, reachable, written_types
from tests.browser.sites import Site


def test_every_address_can_be_walked_to(site: Site) -> None:
    """One that needs arguments belongs to an object of the registry, or is said to be no page."""
    assert [name for name, address in reachable().items() if address is None] == []


def test_every_page_type_has_a_published_page(site: Site) -> None:
    shown = {kind.name.removeprefix("a ").partition(",")[0] for kind in page_types()}
    assert shown == {model.__name__ for model in written_types()}


def test_a_new_address_joins(site: Site) -> None:
    def view(request: object) -> None: ...

    patterns: list[URLPattern] = [path("neu/", view, name="neu"), path("neu/<int:pk>/", view, name="eins")]
    assert list(names(patterns)) == ["neu", "eins"]
