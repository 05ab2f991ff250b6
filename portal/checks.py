"""System checks over the registry: a mistake in an ``area.py`` fails ``manage.py check``, not a page."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from portal.areas import Areas, areas
from portal.outside import tiles_host
from portal.privacy import incoherences
from portal.visibility import says_who_may_see


def check_registry(registry: Areas) -> list[CheckMessage]:
    """Look at every declaration of a registry and return what is wrong with it."""
    return [
        *_duplicate_slugs(registry),
        *_dead_url_names(registry),
        *_missing_templates(registry),
        *_silent_about_visibility(registry),
        *_incoherent_about_people(registry),
    ]


@register("portal")
def check_areas(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> Iterable[CheckMessage]:  # noqa: ARG001
    """Check the portal's own registry."""
    return check_registry(areas)


@register("portal")
def check_map_tiles(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> Iterable[CheckMessage]:  # noqa: ARG001
    """Refuse an outside tile server that the portal could not ask safely, or whose authors it could not name."""
    if settings.MAP_TILES_URL and not tiles_host(settings.MAP_TILES_URL):
        yield Error(
            "MAP_TILES_URL is no address of map tiles.",
            hint="An address that begins with https:// and holds {z}, {x} and {y} once each, behind the host.",
            id="portal.E020",
        )
    if settings.MAP_TILES_URL and not settings.MAP_TILES_ATTRIBUTION:
        yield Error(
            "MAP_TILES_ATTRIBUTION is not set.",
            hint="Every provider of maps demands to be named, for example “© OpenStreetMap-Mitwirkende”.",
            id="portal.E021",
        )


def _duplicate_slugs(registry: Areas) -> Iterator[CheckMessage]:
    kinds: dict[str, list[str]] = {
        "resource": [r.slug for r in registry.each("resources")],
        "indicator": [i.slug for i in registry.each("indicators")],
        "card": [c.slug for c in registry.each("cards")],
        "notification kind": [n.slug for n in registry.each("notifications")],
    }
    for kind, slugs in kinds.items():
        for slug, times in Counter(slugs).items():
            if times > 1:
                yield Error(f"The slug “{slug}” is given to {times} {kind}s.", id="portal.E001")


def _dead_url_names(registry: Areas) -> Iterator[CheckMessage]:
    named = [(item.url_name, "navigation") for item in registry.each("navigation")]
    named += [(item.url_name, "footer") for item in registry.each("footer")]
    named += [(r.list_url_name, f"resource “{r.slug}”") for r in registry.each("resources") if r.list_url_name]
    for url_name, where in named:
        try:
            reverse(url_name)
        except NoReverseMatch:
            yield Error(f"The URL name “{url_name}” ({where}) leads nowhere.", id="portal.E002")


def _missing_templates(registry: Areas) -> Iterator[CheckMessage]:
    for name in [card.template for kind in ("cards", "thing_cards") for card in registry.each(kind)]:
        try:
            get_template(name)
        except TemplateDoesNotExist:
            yield Error(f"The template “{name}” does not exist.", id="portal.E003")


def _silent_about_visibility(registry: Areas) -> Iterator[CheckMessage]:
    for resource in registry.each("resources"):
        if not says_who_may_see(resource.model):
            yield Error(
                f"The resource “{resource.slug}” does not say who may see its rows.",
                hint=f"Give {resource.model.__name__} a manager from a VisibleQuerySet with visible_to().",
                id="portal.E004",
            )
        if resource.offers and not hasattr(resource.model._default_manager.all(), "about"):
            yield Error(f"The resource “{resource.slug}” offers, but its QuerySet lacks about().", id="portal.E005")
        if resource.offers and resource.reason is None:
            yield Error(f"The resource “{resource.slug}” offers without a reason.", id="portal.E006")


def _incoherent_about_people(registry: Areas) -> Iterator[CheckMessage]:
    for declared in registry.each("personal_data"):
        for problem in incoherences(declared):
            yield Error(
                f"The personal data of {declared.model._meta.label} are declared incoherently: {problem}",
                hint="See PersonalData in portal/privacy.py.",
                id="portal.E030",
            )
