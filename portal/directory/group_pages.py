"""The pages of what consists of municipalities: facts, charts, maps, members."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.charts import Chart
from portal.directory import charts, facts, maps
from portal.directory.models import Association, District, Land, Municipality, MunicipalityQuerySet, Outline, Place
from portal.directory.pages import PlaceView


class GroupView[P: Place](PlaceView[P]):
    """The page of what consists of municipalities: district, association, Land."""

    level: ClassVar[str]

    def members(self) -> MunicipalityQuerySet:
        """Return its municipalities and unincorporated areas of today."""
        return Municipality.objects.current().filter(**{self.level: self.object})

    def outline(self) -> Outline | None:
        """Return the outline of the place, or of the district it lies in, where one was imported."""
        level, key = self.outline_key()
        return Outline.objects.filter(level=level, key=key).first()

    def outline_key(self) -> tuple[str, str]:
        """Name the outline."""
        raise NotImplementedError

    def map(self, points: list[maps.Point], outline: Outline | None) -> maps.Map | None:
        """Draw the place on Germany; None where neither coordinates nor an outline are known."""
        if not points and outline is None:
            return None
        title = _("Map of Germany: %(place)s") % {"place": self.object.name}
        description = self.location()
        drawing = maps.draw_place(
            title=title,
            description=description,
            germany_url=reverse("directory:germany_map"),
            points=points,
            outline=outline.polygons if outline else [],
        )
        return maps.Map(title=title, description=description, svg=drawing, lists=[self.list_of_places()])

    def list_of_places(self) -> tuple[str, str]:
        """Say where the places of the maps are listed: label and address."""
        return _("The municipalities of this map as a list"), "#members"

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
            charts=self.own_charts(members),
            maps=list(filter(None, [self.map(points, outline), self.close_up(points, outline)])),
            location=self.location(),
            **kwargs,
        )

    def close_up(self, points: list[maps.Point], outline: Outline | None) -> maps.Map | None:
        """Draw it close up; None where no municipality has coordinates."""
        title = _("Map: %(place)s") % {"place": self.object.name}
        description = _("The municipalities as dots; they are listed by name on this page.")
        drawing = maps.draw_district(
            title=title, description=description, points=points, outline=outline.polygons if outline else []
        )
        return (
            maps.Map(title=title, description=description, svg=drawing, lists=[self.list_of_places()])
            if drawing
            else None
        )

    def own_charts(self, members: list[Municipality]) -> list[Chart]:
        """Draw its municipalities by size."""
        raise NotImplementedError


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

    def own_charts(self, members: list[Municipality]) -> list[Chart]:  # noqa: ARG002 - the database adds up
        """Draw the size classes."""
        return charts.size_charts(self.members(), self.object.edition)

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

    def own_charts(self, members: list[Municipality]) -> list[Chart]:
        """Draw each municipality."""
        chart = charts.members_chart(members, self.object.edition)
        return [chart] if chart else []

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

    def list_of_places(self) -> tuple[str, str]:
        """Name the list that the page links to: a Land has too many municipalities for a table."""
        address = f"{reverse('directory:municipality_list')}?land={self.object.pk}&include=unincorporated"
        return _("The municipalities of this map as a list"), address

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather facts, charts, districts and map."""
        outline = self.outline()
        degrees = self.members().order_by("pk").values_list("longitude", "latitude")
        points = [maps.project(east, north) for east, north in degrees if east is not None and north is not None]
        return super().get_context_data(
            facts=facts.land_facts(self.object, self.members()),
            districts=facts.with_sums(self.object.districts.current(), "district").order_by("name", "pk"),
            charts=charts.size_charts(self.members(), self.object.edition, urbanisation=True),
            maps=list(filter(None, [self.map(points, outline)])),
            location=self.location(),
            trail=facts.trail_to_list(_("Länder"), "land_list"),
            **kwargs,
        )
