"""The filters of projects, one set for page, map, matrix, export and API; and those of plans."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from funding.models import Programme
from portal.directory.models import AGS, Association, District, Municipality, Organisation, SizeClass
from portal.directory.places import LAENDER
from portal.directory.vocabularies import FieldOfAction
from portal.filters import ByKeyField, ByKeyFilter, ChoicesFilter, Facet, FilterSet, SortFilter, TextFilter
from portal.search.within import SearchWithin
from projects.models import (
    NEWEST_FIRST,
    Financing,
    Plan,
    Project,
    ProjectPlace,
    ProjectQuerySet,
    Reuse,
    best_shown_first,
    in_a_line,
    points_for,
)
from projects.vocabularies import (
    CostBand,
    Country,
    Criterion,
    EffortBand,
    Grade,
    Known,
    Phase,
    Technology,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

EVIDENCE = pgettext_lazy("project", "Evidence")
LAND_CHOICES = list(LAENDER.items())

MOST_KEYS = 300
"""Places or organisations in one parameter. A mark of the map stands for fewer; an address of more is too long."""


def several(key: str) -> str:
    """Return the pattern of one key, or of several with commas between them."""
    return rf"^{key}(,{key}){{0,{MOST_KEYS - 1}}}$"


PLACE_KEY = several(r"(0[1-9]|1[0-6])([0-9]{3}|[0-9]{6}|[0-9]{7})")
"""The official key of a district (5 digits), a municipality (8) or an association (9)."""

SLUGS = several(r"[-a-zA-Z0-9_]{1,80}")
"""What organisations are called in addresses: those of the register by their official key."""

MOST_LETTERS = MOST_KEYS * 10
"""Letters of a parameter with several keys; official keys have up to nine."""

type Place = Municipality | Association | District


@dataclass(frozen=True, slots=True)
class Several:
    """What several keys of one parameter stand for: name by key."""

    names: dict[str, str]

    def __str__(self) -> str:
        """The keys, as the address has them."""
        return ",".join(self.names)

    def label(self) -> str:
        """The names."""
        return in_a_line(list(self.names.values()))


class SeveralField(ByKeyField):
    """Finds what one key, or several with commas between them, stand for."""

    def clean(self, value: Any) -> Any:
        """Return their names; None when nothing was given.

        Raises:
            ValidationError: one of the keys stands for nothing.
        """
        text = forms.CharField.clean(self, value)
        if not text:
            return None
        keys = list(dict.fromkeys(text.split(",")))
        names = dict(self.named(keys))
        if len(names) < len(keys):
            raise ValidationError(str(self.missing))
        return Several({key: names[key] for key in keys})

    def named(self, keys: list[str]) -> "Iterable[tuple[str, str]]":
        """Return key and name of each thing that has one of the keys."""
        return self.queryset.all().filter(**{f"{self.key}__in": keys}).order_by().values_list(self.key, "name")


class SeveralFilter(ByKeyFilter):
    """Keep what belongs to one of several things."""

    field_class = SeveralField


class PlaceField(SeveralField):
    """Finds districts, municipalities or associations by their official keys; the length tells which."""

    def named(self, keys: list[str]) -> "Iterable[tuple[str, str]]":
        """Look into all three registers at once."""
        found = [
            model.objects.current().filter(pk__in=keys).order_by().values_list("pk", "name")
            for model in (Municipality, Association, District)
        ]
        return found[0].union(*found[1:], all=True).order_by()

    def clean(self, value: Any) -> Any:
        """Return the place, or several; None when nothing was given.

        Raises:
            ValidationError: no place has the key.
        """
        if "," in str(value or ""):
            return super().clean(value)
        match len(str(value or "")):
            case 5:
                self.queryset = District.objects.current()
            case 9:
                self.queryset = Association.objects.current()
            case _:
                self.queryset = Municipality.objects.current().with_places()
        return ByKeyField.clean(self, value)


class PlaceFilter(ByKeyFilter):
    """Keep what belongs to one place, of whichever kind."""

    field_class = PlaceField


class ProjectFilterSet(SearchWithin, FilterSet):
    """Filters of projects. Each row has ``points``: how much it has to say to the municipality that is named."""

    search_kind = "projects"

    facets: ClassVar = (
        Facet(name="action", field="fields_of_action", label=_("Field of action"), choices=FieldOfAction.choices),
        Facet(name="size", field="size_classes", label=_("From places with"), choices=SizeClass.choices),
        Facet(name="phase", field="phase", label=_("Phase"), choices=Phase.choices),
        Facet(name="evidence", field="evidence_grade", label=EVIDENCE, choices=Grade.choices),
        Facet(name="criterion", field="criteria", label=_("What is shown"), choices=Criterion.choices),
        Facet(name="cost", field="cost_band", label=_("Cost"), choices=CostBand.choices),
        Facet(name="effort", field="effort_band", label=_("Effort"), choices=EffortBand.choices),
        Facet(name="technology", field="technologies", label=_("Technology"), choices=Technology.choices),
        Facet(name="open", field="open_source", label=_("Open source"), choices=Known.choices),
        Facet(name="land", field="laender", label=_("Land"), choices=LAND_CHOICES),
        Facet(name="country", field="country", label=_("Country"), choices=Country.choices),
    )

    q = TextFilter(method="search", label=_("Search text"))
    municipality = ByKeyFilter(
        queryset=Municipality.objects.current().with_places().with_fields(),
        pattern=AGS,
        missing=_("There is no municipality with this key."),
        method="for_municipality",
        label=_("For municipality"),
    )
    place = PlaceFilter(
        queryset=Municipality.objects.current().with_places(),
        pattern=PLACE_KEY,
        max_length=MOST_LETTERS,
        missing=_("There is no place with this key."),
        method="in_place",
        label=_("Place"),
    )
    organisation = SeveralFilter(
        queryset=Organisation.objects.all(),
        pattern=SLUGS,
        key="slug",
        max_length=MOST_LETTERS,
        missing=_("There is no organisation with this name in its address."),
        method="written_by",
        label=_("Written by"),
    )
    reused_by = SeveralFilter(
        queryset=Organisation.objects.all(),
        pattern=SLUGS,
        key="slug",
        max_length=MOST_LETTERS,
        missing=_("There is no organisation with this name in its address."),
        method="used_again_by",
        label=_("Used again, or wanted, by"),
    )
    programme = ByKeyFilter(
        queryset=Programme.objects.filter(live=True).for_lists(),
        pattern=r"^[-a-zA-Z0-9_]{1,200}$",
        key="slug",
        missing=_("There is no funding programme with this key."),
        method="paid_by",
        label=_("Funding programme used"),
    )
    action = ChoicesFilter(field_name="fields_of_action", choices=FieldOfAction.choices, label=_("Field of action"))
    size = ChoicesFilter(field_name="size_classes", choices=SizeClass.choices, label=_("From places with"))
    phase = ChoicesFilter(field_name="phase", choices=Phase.choices, label=_("Phase"))
    evidence = ChoicesFilter(field_name="evidence_grade", choices=Grade.choices, label=EVIDENCE)
    criterion = ChoicesFilter(field_name="criteria", choices=Criterion.choices, label=_("What is shown"))
    cost = ChoicesFilter(field_name="cost_band", choices=CostBand.choices, label=_("Cost"))
    effort = ChoicesFilter(field_name="effort_band", choices=EffortBand.choices, label=_("Effort"))
    technology = ChoicesFilter(field_name="technologies", choices=Technology.choices, label=_("Technology"))
    open = ChoicesFilter(field_name="open_source", choices=Known.choices, label=_("Open source"))
    land = ChoicesFilter(field_name="laender", choices=LAND_CHOICES, label=_("Land"))
    country = ChoicesFilter(field_name="country", choices=Country.choices, label=_("Country"))
    sort = SortFilter(
        orders={
            "match": ("title", "pk"),  # what matches best depends on the other filters: see filtered()
            "evidence": (best_shown_first(), "title", "pk"),
            "-reuse": ("-reuse_count", "title", "pk"),
            "-new": (NEWEST_FIRST, "title", "pk"),
            "title": ("title", "pk"),
        },
        labels={
            "match": _("Best match"),
            "evidence": _("Best evidence"),
            "-reuse": _("Most often used again"),
            "-new": _("Newest"),
            "title": _("Title"),
        },
    )

    @property
    def municipality_asked(self) -> Municipality | None:
        """For which municipality is looked; None where a parameter cannot be understood."""
        return None if self.problems else self.form.cleaned_data.get("municipality")

    def for_municipality(self, queryset: ProjectQuerySet, _name: str, _place: Municipality) -> ProjectQuerySet:
        """Leave nothing out: a municipality decides about the order and the reasons."""
        return queryset

    def in_place(self, queryset: ProjectQuerySet, _name: str, place: Place | Several) -> ProjectQuerySet:
        """Keep the projects of one place, or of several."""
        if isinstance(place, Several):
            keys = list(place.names)
            one_of = Q(municipality__in=keys) | Q(association__in=keys) | Q(district__in=keys)
            here = ProjectPlace.objects.filter(one_of)
        else:
            here = ProjectPlace.objects.filter(**{type(place)._meta.model_name or "": place})
        return queryset.filter(pk__in=here.values("project"))

    def written_by(self, queryset: ProjectQuerySet, _name: str, organisations: Several) -> ProjectQuerySet:
        """Keep the projects of one organisation, or of several."""
        return queryset.filter(organisation__slug__in=list(organisations.names))

    def used_again_by(self, queryset: ProjectQuerySet, _name: str, organisations: Several) -> ProjectQuerySet:
        """Keep what an organisation uses again, or wants to; of others' drafts nobody learns."""
        uses = Reuse.objects.lasting().filter(organisation__slug__in=list(organisations.names))
        return queryset.filter(pk__in=uses.values("project"))

    def paid_by(self, queryset: ProjectQuerySet, _name: str, programme: Programme) -> ProjectQuerySet:
        """Keep the projects that a funding programme has paid for."""
        return queryset.filter(pk__in=Financing.objects.filter(programme=programme).values("project"))

    def filtered(self, *, without: str | None = None) -> "QuerySet[Any]":
        """Apply the filters; without another order the best matches come first.

        Words decide by rank; then how much a project has to say (``points_for``).
        """
        found = cast("ProjectQuerySet", super().filtered(without=without))
        values = self.form.cleaned_data
        if without is not None or values.get("sort", "") not in {"", "match"}:
            return found
        order = ["-rank"] if values["q"] else []
        ranked: Any = found  # the stubs forget what is annotated
        ranked = ranked.annotate(points=points_for(values.get("municipality")))
        return cast("QuerySet[Any]", ranked.order_by(*order, "-points", "title", "pk"))

    class Meta:
        """Of the projects."""

        model = Project
        fields: ClassVar[list[str]] = []


class PlanFilterSet(FilterSet):
    """Filters of the radar."""

    facets: ClassVar = (
        Facet(name="action", field="fields_of_action", label=_("Field of action"), choices=FieldOfAction.choices),
        Facet(name="land", field="land_key", label=_("Land"), choices=LAND_CHOICES),
        Facet(name="budget", field="budget_band", label=_("Budget"), choices=CostBand.choices),
    )

    action = ChoicesFilter(field_name="fields_of_action", choices=FieldOfAction.choices, label=_("Field of action"))
    land = ChoicesFilter(field_name="land_key", choices=LAND_CHOICES, label=_("Land"))
    budget = ChoicesFilter(field_name="budget_band", choices=CostBand.choices, label=_("Budget"))
    place = PlaceFilter(
        queryset=Municipality.objects.current().with_places(),
        pattern=PLACE_KEY,
        missing=_("There is no place with this key."),
        method="in_place",
        label=_("Place"),
    )
    sort = SortFilter(
        orders={"begin": ("begins_on", "title", "pk"), "-new": ("-announced_on", "title", "pk")},
        labels={"begin": _("Begins first"), "-new": _("Newest")},
    )

    def in_place(self, queryset: "QuerySet[Plan]", _name: str, place: Place) -> "QuerySet[Plan]":
        """Keep what the organisation of one place plans."""
        return queryset.filter(**{f"organisation__{type(place)._meta.model_name}": place})

    class Meta:
        """Of the plans."""

        model = Plan
        fields: ClassVar[list[str]] = []
