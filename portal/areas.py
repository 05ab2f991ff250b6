"""The registry: what each app gives to the portal, as typed values in its ``area.py``.

The portal composes itself from these values: navigation, API routes, recommendations, figures, cards. No area knows
another; who wants to know what the areas offer asks ``areas``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

from django.db import models
from django.http import HttpRequest

from portal.privacy import PersonalData
from portal.visibility import Viewer

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise
    from rest_framework.viewsets import GenericViewSet

    from portal.filters import FilterSet


def everybody(_user: Viewer) -> bool:
    """The default of ``visible_to``: shown to all."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry of the main navigation."""

    label: "StrOrPromise"
    url_name: str
    visible_to: Callable[[Viewer], bool] = everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A kind of thing people look for: it has a list, a page of its own, filters and an API.

    Attributes:
        slug: unique in the portal, kebab-case, never renamed; the path of the API (``/api/v1/<slug>/``).
        label: what several of them are called.
        model: its default manager must answer ``visible_to(user)``; its ``get_absolute_url`` is its page.
        filterset: the one set of filters of page and API.
        viewset: the API.
        list_url_name: the name of the list page; None where the API alone lists it.
        offers: whether the portal may recommend it to a municipality: its QuerySet then answers
            ``about(municipality)`` with the best first.
        reason: says in a sentence why one object was recommended to a municipality.
    """

    slug: str
    label: "StrOrPromise"
    model: type[models.Model]
    filterset: "type[FilterSet]"
    viewset: "type[GenericViewSet[Any]]"
    list_url_name: str | None = None
    offers: bool = False
    reason: Callable[[Any, Any], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure by which an area is evaluated.

    Attributes:
        slug: unique in the portal, kebab-case, never renamed: it is stored with each measurement.
        question: the question the figure answers, in a sentence.
        unit: what is counted, for example ``%``; empty for a plain number.
        evaluate: measures it now, from the database; None means "cannot be said", for instance a share of nothing.
        better: in which direction it should move.
        public: whether everybody sees it.
    """

    slug: str
    label: "StrOrPromise"
    question: "StrOrPromise"
    evaluate: Callable[[], float | None]
    unit: "StrOrPromise" = ""
    better: Literal["higher", "lower"] = "higher"
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A block that an area puts on the home page.

    Attributes:
        template: rendered with what ``context`` returns.
        context: gathers the block's data for a request; None leaves the block out.
    """

    slug: str
    template: str
    context: Callable[[HttpRequest], Mapping[str, object] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationKind:
    """A kind of message that people can be sent.

    Attributes:
        slug: unique in the portal, kebab-case, never renamed: preferences are stored under it.
        template: folder-and-name stem; ``<template>.txt`` and ``<template>.html`` must exist.
        mandatory: it cannot be switched off, because a right or a duty hangs on it.
    """

    slug: str
    label: "StrOrPromise"
    template: str
    mandatory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Everything one app gives to the portal. The foundation's own apps declare theirs in the same way.

    Attributes:
        number: the number of the centre's task area (1 to 9); None for an app of the foundation.
        label: its name for people.
        summary: one sentence that says what people find there.
        order: place in the navigation.
    """

    slug: str
    label: "StrOrPromise"
    summary: "StrOrPromise"
    order: int
    number: int | None = None
    navigation: tuple[NavItem, ...] = ()
    resources: tuple[Resource, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    cards: tuple[Card, ...] = ()
    notifications: tuple[NotificationKind, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()


class Areas:
    """The areas in the order of the menu. Tests make their own instance; the portal uses ``areas``."""

    def __init__(self) -> None:
        """Start empty."""
        self._areas: dict[str, Area] = {}

    def register(self, area: Area) -> Area:
        """Add an area and return it.

        Raises:
            ValueError: an area of that slug is there already.
        """
        if area.slug in self._areas:
            message = f"There is an area “{area.slug}” already."
            raise ValueError(message)
        self._areas[area.slug] = area
        return area

    def __iter__(self) -> Iterator[Area]:
        """Walk the areas in the order of the menu."""
        return iter(sorted(self._areas.values(), key=lambda area: (area.order, area.slug)))

    def __len__(self) -> int:
        """Count the areas."""
        return len(self._areas)

    def __getitem__(self, slug: str) -> Area:
        """Return one area; KeyError when there is none of that slug."""
        return self._areas[slug]

    @overload
    def each(self, contribution: Literal["navigation"]) -> Iterator[NavItem]: ...
    @overload
    def each(self, contribution: Literal["resources"]) -> Iterator[Resource]: ...
    @overload
    def each(self, contribution: Literal["indicators"]) -> Iterator[Indicator]: ...
    @overload
    def each(self, contribution: Literal["cards"]) -> Iterator[Card]: ...
    @overload
    def each(self, contribution: Literal["notifications"]) -> Iterator[NotificationKind]: ...
    @overload
    def each(self, contribution: Literal["personal_data"]) -> Iterator[PersonalData]: ...
    def each(self, contribution: str) -> Iterator[Any]:
        """Yield every contribution of one kind, area by area."""
        for area in self:
            yield from getattr(area, contribution)

    def resource_of(self, model: type[models.Model]) -> Resource:
        """Return the resource that presents ``model``; LookupError when no area does."""
        for resource in self.each("resources"):
            if resource.model is model:
                return resource
        message = f"No area declares a resource for {model.__name__}."
        raise LookupError(message)


areas = Areas()
