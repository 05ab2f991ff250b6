"""The registry: what each app gives to the portal, as typed values in its ``area.py``.

The portal composes itself from these values: navigation, API routes, recommendations, figures, cards. No area knows
another; who wants to know what the areas offer asks ``areas``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, overload

from django.db import models
from django.http import HttpRequest

from portal.privacy import HandOver, PersonalData
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
    """One entry of the main navigation or of the footer.

    Attributes:
        icon: name of a picture of KERN; an entry of the footer that has one stands at the top of each page too.
        about_page: its address takes the page that the reader comes from, as ``?seite=…``.
        description: what is to be found there, in a sentence; only the overview of one's account shows it.
    """

    label: "StrOrPromise"
    url_name: str
    visible_to: Callable[[Viewer], bool] = everybody
    icon: str = ""
    about_page: bool = False
    description: "StrOrPromise" = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the search reads of one thing.

    Attributes:
        summary: what the search says below the title where none of the words stands in the text.
        note: what readers have to know before they rely on it; shown with each hit, found by none.
        keywords: further words by which it is to be found, as important as the summary.
        is_quotable: whether passages of the text may be shown; a licence may forbid to show less than the whole.
        fields: keys of fields of action.
        laender: keys of Länder; empty where it is of no certain one.
        day: the date by which it is sorted and found; None: it has none.
    """

    title: str
    url: str
    summary: str = ""
    note: str = ""
    keywords: str = ""
    text: str = ""
    is_quotable: bool = True
    fields: Sequence[str] = ()
    laender: Sequence[str] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """A kind of thing that the search finds. Every resource is one; further ones are declared by their areas.

    Attributes:
        slug: unique in the portal, kebab-case, never renamed.
        label: what several of them are called.
        model: its default manager must answer ``visible_to(user)``.
        document: what is read of one object; None: it is not to be found (a translation, what no longer exists).
        prefetch: relations that ``document`` reads, fetched for many objects at once.
    """

    slug: str
    label: "StrOrPromise"
    model: type[models.Model]
    document: Callable[[Any], Document | None]
    prefetch: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of a thing is watched: those who follow it are told when it changes.

    Attributes:
        deadline: the last day on which something can be done about it; people are reminded before.
        details: other facts, each as text, under names that the resource's ``details`` translate.
    """

    deadline: date | None = None
    details: Mapping[str, str] = field(default_factory=dict)


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
        offers: whether the portal may recommend it: its QuerySet then answers ``about(municipality, fields)`` with
            the best first. Either may be left out: without a municipality it is what fits any, without fields of
            action (keys of ``portal.directory.vocabularies.FieldOfAction``) what fits all of them.
        reason: says in a sentence why one object was recommended, given the municipality (or None) and the fields.
        document: what the search reads of one object; None: its name and its ``summary``, if it has one.
        prefetch: relations that ``document`` and ``standing`` read.
        standing: what of one object is watched; None: only that it is new.
        details: what the details of its standing are called.
        licence: under which everybody may take along all of it, in a sentence; empty: there is no file with all of it.
    """

    slug: str
    label: "StrOrPromise"
    model: type[models.Model]
    filterset: "type[FilterSet]"
    viewset: "type[GenericViewSet[Any]]"
    list_url_name: str | None = None
    offers: bool = False
    reason: Callable[[Any, Any, Collection[str]], str] | None = None
    document: Callable[[Any], Document | None] | None = None
    prefetch: tuple[str, ...] = ()
    standing: Callable[[Any], Standing] | None = None
    details: Mapping[str, "StrOrPromise"] = field(default_factory=dict)
    licence: "StrOrPromise" = ""


def fields_of(resource: Resource) -> list[str]:
    """Name what the API says of one thing of a resource, in its order."""
    serializer: Any = resource.viewset.serializer_class
    return list(serializer().fields) if serializer else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure by which an area is evaluated.

    Attributes:
        slug: unique in the portal, kebab-case, never renamed: it is stored with each measurement.
        question: the question the figure answers, in a sentence.
        unit: what is counted, for example ``%``; empty for a plain number.
        evaluate: measures it now, from the database; None means "cannot be said", for instance a share of nothing.
            Left out where ``on`` measures today as well.
        better: in which direction it should move.
        public: whether everybody sees it.
        target: the value to be reached; None where there is none.
        on: measures a day of the past, or today, from what is stored, and says the same whenever it is asked. None:
            the past cannot be measured any more.
        is_headline: whether the home page shows it.
    """

    slug: str
    label: "StrOrPromise"
    question: "StrOrPromise"
    evaluate: Callable[[], float | None] | None = None
    unit: "StrOrPromise" = ""
    better: Literal["higher", "lower"] = "higher"
    public: bool = True
    target: float | None = None
    on: Callable[[date], float | None] | None = None
    is_headline: bool = False

    def measured(self, day: date) -> float | None:
        """Measure it: for a day where it can look back, else now."""
        if self.on is not None:
            return self.on(day)
        return self.evaluate() if self.evaluate is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMatter:
    """Something that a review of an area has to look at: content that is overdue, say, or searches in vain.

    Attributes:
        lines: the most important of them, in words; none names a person.
        url: where the whole list is, for those who evaluate; empty where there is none.
    """

    label: "StrOrPromise"
    number: int
    lines: Sequence[str] = ()
    url: str = ""


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
class ThingCard:
    """A block that an area puts on the page of a thing of another: of an organisation, a place, a funding programme.

    Attributes:
        models: on the pages of which things it stands.
        template: included with what ``context`` returns as ``card``.
        context: gathers the block's data for a request and the thing; None leaves the block out.
    """

    slug: str
    models: tuple[type[models.Model], ...]
    template: str
    context: Callable[[HttpRequest, Any], Mapping[str, object] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """A date or a deadline that the home page announces.

    Attributes:
        on: the day, in local time.
        url: where to read more; empty when there is nothing to read.
        kind: a date to go to, or a deadline that ends with that day.
    """

    on: date
    label: str
    url: str = ""
    kind: Literal["date", "deadline"] = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one notification says, in the recipient's language.

    Attributes:
        subject: a short line; the mail's subject where it is alone in it.
        text: one or two sentences.
        reason: why the recipient gets it, a whole sentence.
        path: the page where to go on, as a path of the portal; opening it changes nothing.
        link: what the link says.
    """

    subject: str
    text: str
    reason: str
    path: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationKind:
    """A kind of thing that people are told.

    Attributes:
        slug: unique in the portal, kebab-case, never renamed: preferences are stored under it.
        description: what is told, in a sentence.
        message: writes what a notification says (``portal.notifications.models.Notification``, given the object that
            it is about, or None); None: there is nothing to say any more.
        why_mandatory: why it cannot be switched off, because a right or a duty hangs on it; empty: it can.
        rhythm: how often people are told who have chosen nothing.
        has_own_rhythm: what causes it has a rhythm of its own (a saved search), unless the person decides for all.
        sees: whether a reader may know of an object; by default what ``visible_to`` says.
        samples: examples of all that it can say, for the style guide.
        concerns: whether it can come to somebody at all; nobody chooses how often she is told what never comes.
    """

    slug: str
    label: "StrOrPromise"
    description: "StrOrPromise"
    message: Callable[[Any, Any], Message | None]
    samples: Callable[[], Iterable[Message]]
    why_mandatory: "StrOrPromise" = ""
    rhythm: Literal["now", "daily", "weekly", "portal"] = "daily"
    has_own_rhythm: bool = False
    sees: Callable[[Viewer, Any], bool] | None = None
    concerns: Callable[[Viewer], bool] = everybody

    @property
    def is_mandatory(self) -> bool:
        """Whether it cannot be switched off."""
        return bool(self.why_mandatory)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Everything one app gives to the portal. The foundation's own apps declare theirs in the same way.

    Attributes:
        number: the number of the centre's task area (1 to 9); None for an app of the foundation.
        label: its name for people.
        summary: one sentence that says what people find there.
        order: place in the navigation.
        account_pages: what a person can do with her account; listed on the overview of it.
        staff_pages: what the centre's own people do here; the menu of those with a role lists what is for them.
        footer: entries of the footer, which stands on every page, errors included.
        upcoming: names the next dates and deadlines that a reader may see, given the reader, the reader's municipality
            (or None) and how many at most; soonest first.
        searchables: what the search finds besides the resources.
        outside_links: names the links in what everybody can read, each with the object that it stands in, so that
            somebody looks whether they still lead somewhere. Paths of the portal itself begin with ``/``.
        review: what it has to say when an area is reviewed, given that area's slug and the first and last day.
        erasure_blockers: names what a person has to hand over before her account can be erased (C-22), given the
            person; nothing where nothing is in the way.
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
    thing_cards: tuple[ThingCard, ...] = ()
    footer: tuple[NavItem, ...] = ()
    account_pages: tuple[NavItem, ...] = ()
    staff_pages: tuple[NavItem, ...] = ()
    upcoming: Callable[[Viewer, Any, int], Iterable[Upcoming]] | None = None
    searchables: tuple[Searchable, ...] = ()
    outside_links: Callable[[], Iterable[tuple[models.Model, str]]] | None = None
    notifications: tuple[NotificationKind, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    review: Callable[[str, date, date], Iterable[ReviewMatter]] | None = None
    erasure_blockers: Callable[[Any], Iterable[HandOver]] | None = None


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
    def each(self, contribution: Literal["thing_cards"]) -> Iterator[ThingCard]: ...
    @overload
    def each(self, contribution: Literal["footer"]) -> Iterator[NavItem]: ...
    @overload
    def each(self, contribution: Literal["account_pages"]) -> Iterator[NavItem]: ...
    @overload
    def each(self, contribution: Literal["staff_pages"]) -> Iterator[NavItem]: ...
    @overload
    def each(self, contribution: Literal["notifications"]) -> Iterator[NotificationKind]: ...
    @overload
    def each(self, contribution: Literal["personal_data"]) -> Iterator[PersonalData]: ...
    def each(self, contribution: str) -> Iterator[Any]:
        """Yield every contribution of one kind, area by area."""
        for area in self:
            yield from getattr(area, contribution)

    def searchables(self) -> Iterator[Searchable]:
        """Yield every kind of thing that the search finds: the resources, then what areas add."""
        for resource in self.each("resources"):
            document = resource.document or _plain_document
            yield Searchable(
                slug=resource.slug,
                label=resource.label,
                model=resource.model,
                document=document,
                prefetch=resource.prefetch,
            )
        for area in self:
            yield from area.searchables

    def cards_of(self, request: HttpRequest, thing: models.Model) -> list[tuple[str, Mapping[str, object]]]:
        """Gather what the areas put on the page of a thing: the template of each block, and what it shows."""
        return [
            (card.template, found)
            for card in self.each("thing_cards")
            if isinstance(thing, card.models) and (found := card.context(request, thing)) is not None
        ]

    def notification_kind(self, slug: str) -> NotificationKind | None:
        """Return the kind of that slug; None where no area declares it any more."""
        return next((kind for kind in self.each("notifications") if kind.slug == slug), None)

    def resource_of(self, model: type[models.Model]) -> Resource:
        """Return the resource that presents ``model``; LookupError when no area does."""
        for resource in self.each("resources"):
            if resource.model is model:
                return resource
        message = f"No area declares a resource for {model.__name__}."
        raise LookupError(message)


def _plain_document(thing: Any) -> Document:
    """Read name and summary of a thing whose area does not say more."""
    return Document(title=str(thing), url=thing.get_absolute_url(), summary=getattr(thing, "summary", ""))


areas = Areas()
