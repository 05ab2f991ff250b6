"""The page of each place of the register: facts, map, members or comparable municipalities, offers."""

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Window
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.areas import Resource, areas
from portal.directory import choice, facts, maps
from portal.directory.comparison import comparable_municipalities
from portal.directory.models import Association, District, Land, Municipality, Outline, Place, Postcode, Succession
from portal.directory.places import current_successor
from portal.views import VisibleDetailView
from portal.visibility import Viewer, visible_rows

OFFERS_SHOWN = 3


class PlaceView[P: Place](VisibleDetailView[P]):
    """The page of a place, found by its key; a missing or wrong name in the address leads to the right one."""

    context_object_name = "place"
    joined: ClassVar[tuple[str, ...]] = ("edition",)

    def get_queryset(self) -> QuerySet[P]:
        """Join what the page shows, with the sources of its map."""
        found: Any = super().get_queryset().select_related(*self.joined).annotate(map_sources=maps.sources())
        return cast("QuerySet[P]", found)

    def get_object(self, queryset: QuerySet[P] | None = None) -> P:
        """Find the place by the key that the address begins with.

        Raises:
            Http404: the register has no such key.
        """
        key = self.kwargs["slug"].partition("-")[0]
        place = (self.get_queryset() if queryset is None else queryset).filter(pk=key).first()
        if place is None:
            raise Http404(_("The register has no place with the key %(key)s.") % {"key": key})
        return place

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Show the place at its own address."""
        self.object = self.get_object()
        elsewhere = self.other_address()
        if elsewhere is not None:
            return HttpResponsePermanentRedirect(elsewhere)
        return self.render_to_response(self.get_context_data(object=self.object))

    def other_address(self) -> str | None:
        """Return where the page is when it is not here."""
        own = cast("str", self.object.get_absolute_url())  # type: ignore[attr-defined] # every place has a page
        if self.request.path == own:
            return None
        query = self.request.GET.urlencode()
        return f"{own}?{query}" if query else own

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the note about a place that no longer exists."""
        return super().get_context_data(ceased=self.object.valid_to, **kwargs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one resource of an area has for a municipality."""

    resource: Resource
    count: int
    hits: list[tuple[Any, str]]
    url: str | None


def offers_for(place: Municipality, user: Viewer) -> list[Offer]:
    """Ask every area what it offers to a municipality: how many, the best with the reason, and where all are."""
    return [_offer(resource, place, user) for resource in areas.each("resources") if resource.offers]


def _offer(resource: Resource, place: Municipality, user: Viewer) -> Offer:
    found: Any = visible_rows(resource.model, user)
    best: list[Any] = list(found.about(place).annotate(offered=Window(Count("pk")))[:OFFERS_SHOWN])
    reason = resource.reason
    return Offer(
        resource=resource,
        count=best[0].offered if best else 0,
        hits=[(hit, reason(hit, place) if reason else "") for hit in best],
        url=f"{reverse(resource.list_url_name)}?municipality={place.pk}" if resource.list_url_name else None,
    )


class MunicipalityView(PlaceView[Municipality]):
    """All about a municipality."""

    model = Municipality
    template_name = "directory/municipality_detail.html"
    joined = ("edition", "coordinates_edition", "district", "land", "association")

    def get_queryset(self) -> QuerySet[Municipality]:
        """Add the postcodes."""
        codes = Postcode.objects.filter(municipality=OuterRef("pk")).order_by("code").values("code")
        found: Any = super().get_queryset().annotate(codes=ArraySubquery(codes))
        return cast("QuerySet[Municipality]", found)

    def other_address(self) -> str | None:
        """Lead from an old key to the one municipality that goes on in its stead, too."""
        place = self.object
        if place.valid_to is not None and (successor := current_successor(place)) is not None:
            return f"{successor.get_absolute_url()}?frueher={place.pk}"
        return super().other_address()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather facts, map, comparable municipalities and offers."""
        place = self.object
        works = place.valid_to is None and not place.is_unincorporated
        return super().get_context_data(
            lead=facts.municipality_lead(place),
            facts=facts.municipality_facts(place, place.codes),  # type: ignore[attr-defined] # annotated
            map=self._map(),
            location=facts.location_in_words(place),
            former=self._former(),
            successions=self._successions(),
            comparable=comparable_municipalities(place) if works else [],
            offers=offers_for(place, self.request.user) if works else [],
            can_be_chosen=works,
            is_mine=works and choice.my_municipality(self.request) == place,
            trail=facts.municipality_trail(place),
            **kwargs,
        )

    def _former(self) -> Municipality | None:
        """Return the former municipality whose key led here, if it really does."""
        key = self.request.GET.get("frueher", "")
        if not (key.isascii() and key.isdigit()):
            return None
        former = Municipality.objects.exclude(valid_to=None).filter(pk=key).first()
        return former if former and current_successor(former) == self.object else None

    def _successions(self) -> list[Succession]:
        """What went up in this municipality; of one that no longer exists, what it went up in."""
        place = self.object
        if place.valid_to is None:
            found = place.origins.select_related("predecessor").order_by("-effective_on", "predecessor__name")
        else:
            found = place.successions.select_related("successor__district", "successor__land").order_by(
                "effective_on", "successor__name"
            )
        return list(found)

    def _map(self) -> Any:
        point = maps.point_of(self.object)
        if point is None:
            return None
        return maps.draw_place(
            title=_("Map of Germany: %(place)s") % {"place": self.object.name},
            description=facts.location_in_words(self.object),
            germany_url=reverse("directory:germany_map"),
            points=[point],
            outline=[],
        )


class GroupView[P: Place](PlaceView[P]):
    """The page of what consists of municipalities: district, association, Land."""

    level: ClassVar[str]

    def members(self) -> "QuerySet[Municipality]":
        """Return its municipalities and unincorporated areas of today."""
        return Municipality.objects.current().filter(**{self.level: self.object})

    def outline(self) -> Outline | None:
        """Return the outline of the place, or of the district it lies in, where one was imported."""
        level, key = self.outline_key()
        return Outline.objects.filter(level=level, key=key).first()

    def outline_key(self) -> tuple[str, str]:
        """Name the outline."""
        raise NotImplementedError

    def map(self, points: list[maps.Point], outline: Outline | None) -> Any:
        """Draw the place on Germany; None where neither coordinates nor an outline are known."""
        if not points and outline is None:
            return None
        return maps.draw_place(
            title=_("Map of Germany: %(place)s") % {"place": self.object.name},
            description=self.location(),
            germany_url=reverse("directory:germany_map"),
            points=points,
            outline=outline.polygons if outline else [],
        )

    def location(self) -> str:
        """Say in words where it lies."""
        raise NotImplementedError


class LocalGroupView[P: (District, Association)](GroupView[P]):
    """A district or an association: small enough to list every municipality and to draw it close up."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather members and maps."""
        members = list(self.members().order_by("name", "pk").select_related("association"))
        points = [point for member in members if (point := maps.point_of(member))]
        outline = self.outline()
        return super().get_context_data(
            members=members,
            map=self.map(points, outline),
            close_up=maps.draw_district(
                title=_("Map: %(place)s") % {"place": self.object.name},
                description=_("The municipalities as dots; they are listed by name on this page."),
                points=points,
                outline=outline.polygons if outline else [],
            ),
            location=self.location(),
            **kwargs,
        )


class DistrictView(LocalGroupView[District]):
    """All about a district."""

    model = District
    template_name = "directory/district_detail.html"
    joined = ("edition", "land")
    level = "district"

    def outline_key(self) -> tuple[str, str]:
        """Its own."""
        return Outline.Level.DISTRICT.value, self.object.pk

    def location(self) -> str:
        """Name the Land."""
        return _("%(place)s lies in %(land)s.") % {"place": self.object.name, "land": self.object.land.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add facts and associations."""
        return super().get_context_data(
            lead=facts.group_lead(self.object),
            facts=facts.district_facts(self.object, self.members()),
            associations=facts.with_sums(self.object.associations.current(), "association").order_by("name", "pk"),
            trail=facts.trail_to_list(_("Districts"), "district_list", self.object.land),
            **kwargs,
        )


class AssociationView(LocalGroupView[Association]):
    """All about an association of municipalities."""

    model = Association
    template_name = "directory/association_detail.html"
    joined = ("edition", "district__land")
    level = "association"

    def outline_key(self) -> tuple[str, str]:
        """That of its district: an association has none."""
        return Outline.Level.DISTRICT.value, self.object.district_id

    def location(self) -> str:
        """Name district and Land."""
        names = {
            "place": self.object.name,
            "district": self.object.district.name,
            "land": self.object.district.land.name,
        }
        return _("%(place)s lies in the district %(district)s in %(land)s.") % names

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add facts."""
        district = self.object.district
        return super().get_context_data(
            lead=facts.group_lead(self.object),
            facts=facts.association_facts(self.object, self.members()),
            trail=facts.trail_to_list(_("Associations of municipalities"), "association_list", district.land, district),
            **kwargs,
        )


class LandView(GroupView[Land]):
    """All about a Land; its municipalities are a list of their own."""

    model = Land
    template_name = "directory/land_detail.html"
    level = "land"

    def outline_key(self) -> tuple[str, str]:
        """Its own."""
        return Outline.Level.LAND.value, self.object.pk

    def location(self) -> str:
        """Name the country; the districts are listed on the page."""
        return _("%(place)s is one of the sixteen Länder of Germany.") % {"place": self.object.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather facts, districts and map."""
        outline = self.outline()
        degrees = self.members().order_by("pk").values_list("longitude", "latitude")
        points = [maps.project(east, north) for east, north in degrees if east is not None and north is not None]
        return super().get_context_data(
            facts=facts.land_facts(self.object, self.members()),
            districts=facts.with_sums(self.object.districts.current(), "district").order_by("name", "pk"),
            map=self.map(points, outline),
            location=self.location(),
            trail=facts.trail_to_list(_("Länder"), "land_list"),
            **kwargs,
        )
