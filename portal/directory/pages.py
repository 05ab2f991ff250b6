"""The page of each place of the register; that of a municipality: facts, maps, comparable municipalities, offers."""

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import JSONObject
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.areas import Resource, areas
from portal.directory import charts, choice, facts, maps, tiles
from portal.directory.comparison import comparable_municipalities
from portal.directory.models import (
    Municipality,
    MunicipalityQuerySet,
    Organisation,
    Outline,
    Place,
    Postcode,
    Succession,
)
from portal.directory.places import current_successor
from portal.outside import tiles_host
from portal.views import VisibleDetailView
from portal.visibility import Viewer, visible_rows

OFFERS_SHOWN = 3


class PlaceView[P: Place](VisibleDetailView[P]):
    """The page of a place, found by its key; a missing or wrong name in the address leads to the right one."""

    context_object_name = "place"
    joined: ClassVar[tuple[str, ...]] = ("edition",)

    def get_queryset(self) -> QuerySet[P]:
        """Join what the page shows, with the sources of its map."""
        found: Any = super().get_queryset().select_related(*self.joined)
        # An organisation of the register has the official key as its name in addresses.
        found = found.annotate(
            map_sources=maps.sources(), is_actor=Exists(Organisation.objects.filter(slug=OuterRef("pk")))
        )
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
        """Add the note about a place that no longer exists, and what the areas say of the place."""
        return super().get_context_data(
            ceased=self.object.valid_to, cards=areas.cards_of(self.request, self.object), **kwargs
        )


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
        hits=[(hit, reason(hit, place, ()) if reason else "") for hit in best],
        url=f"{reverse(resource.list_url_name)}?municipality={place.pk}" if resource.list_url_name else None,
    )


class MunicipalityView(PlaceView[Municipality]):
    """All about a municipality."""

    model = Municipality
    template_name = "directory/municipality_detail.html"
    joined = ("edition", "coordinates_edition", "district", "land", "association")

    def get_queryset(self) -> QuerySet[Municipality]:
        """Add the postcodes, the figures of all registers, and what the map of its district shows."""
        codes = Postcode.objects.filter(municipality=OuterRef("pk")).order_by("code").values("code")
        beside = Municipality.objects.current().filter(district=OuterRef("district")).exclude(longitude=None)
        degrees = beside.order_by("pk").values(json=JSONObject(east="longitude", north="latitude"))
        outline = Outline.objects.filter(level=Outline.Level.DISTRICT, key=OuterRef("district_id")).values("polygons")
        rows = cast("MunicipalityQuerySet", super().get_queryset())
        found: Any = rows.with_fields().annotate(
            codes=ArraySubquery(codes),
            population_by_day=charts.population_figures(),
            beside=ArraySubquery(degrees),
            district_outline=Subquery(outline[:1]),
        )
        return cast("QuerySet[Municipality]", found)

    def other_address(self) -> str | None:
        """Lead from an old key to the one municipality that goes on in its stead, too."""
        place = self.object
        if place.valid_to is not None and (successor := current_successor(place)) is not None:
            return f"{successor.get_absolute_url()}?frueher={place.pk}"
        return super().other_address()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather facts, maps, charts, comparable municipalities and offers."""
        place: Any = self.object
        works = place.valid_to is None and not place.is_unincorporated
        comparable = comparable_municipalities(place) if works else []
        return super().get_context_data(
            lead=facts.municipality_lead(place),
            facts=facts.municipality_facts(place, place.codes),
            development=charts.development_chart(place, place.population_by_day),
            maps=list(filter(None, [self._map(), self._district_map(), self._surroundings()])),
            surroundings_host=self._host_to_ask(),
            location=facts.location_in_words(place),
            former=self._former(),
            successions=self._successions(),
            comparable=comparable,
            comparison=charts.comparison_chart(place, comparable),
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

    def _map(self) -> maps.Map | None:
        point = maps.point_of(self.object)
        if point is None:
            return None
        title = _("Map of Germany: %(place)s") % {"place": self.object.name}
        description = facts.location_in_words(self.object)
        germany = reverse("directory:germany_map")
        drawing = maps.draw_place(title=title, description=description, germany_url=germany, points=[point], outline=[])
        return maps.Map(title=title, description=description, svg=drawing, table=maps.coordinates_table(self.object))

    def _district_map(self) -> maps.Map | None:
        place: Any = self.object
        district, marked = place.district, maps.point_of(place)
        points = [maps.project(one["east"], one["north"]) for one in place.beside]
        if district is None or marked is None or not any(point != marked for point in points):
            return None
        title = _("Map of the district: %(place)s") % {"place": district.name}
        description = _("%(place)s among the municipalities of the district.") % {"place": place.name}
        drawing = maps.draw_district(
            title=title,
            description=description,
            points=[*points, marked],
            outline=place.district_outline or [],
            marked=marked,
        )
        if drawing is None:
            return None
        address = f"{reverse('directory:municipality_list')}?district={district.pk}"
        label = _("The municipalities of this map as a list")
        return maps.Map(title=title, description=description, svg=drawing, lists=[(label, address)])

    def _surroundings(self) -> maps.Map | None:
        """Draw the surroundings on tiles of an outside server, if the reader has asked for them."""
        if not self._asked() or not tiles.are_on():
            return None
        title = _("Map of the surroundings: %(place)s") % {"place": self.object.name}
        words = _("About 12 km from edge to edge; %(place)s is in the middle.")
        description = words % {"place": self.object.name}
        drawing = tiles.draw_surroundings(self.object, title=title, description=description)
        if drawing is None:
            return None
        return maps.Map(
            title=title,
            description=description,
            svg=drawing,
            table=maps.coordinates_table(self.object),
            source=settings.MAP_TILES_ATTRIBUTION,
        )

    def _host_to_ask(self) -> str:
        """Name the server that a map of the surroundings would come from; empty when none can be asked for."""
        offered = tiles.are_on() and not self._asked() and self.object.longitude is not None
        return tiles_host(settings.MAP_TILES_URL) if offered else ""

    def _asked(self) -> bool:
        return self.request.GET.get("umgebung") == "1"
