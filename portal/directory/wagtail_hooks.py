"""Choosing a place or an organisation in the editors' admin."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.choosers import FoundByText
from portal.directory.models import Association, District, Municipality, Organisation


class _PlaceChooser(FoundByText):
    """One of the places that exist today; found by its name, its official key or where it lies."""

    icon = "site"
    joined: ClassVar[tuple[str, ...]] = ()

    def get_object_list(self) -> Any:
        """Leave out what the register knows from former days alone; join what a label says."""
        return self.model.objects.current().select_related(*self.joined)


class MunicipalityChooser(_PlaceChooser):
    """Choose a municipality."""

    model = Municipality
    joined = ("district", "land")
    found_by: ClassVar[tuple[str, ...]] = ("name", "ags", "district__name", "land__name")
    choose_one_text = _("Choose a municipality")
    choose_another_text = _("Choose another municipality")


class AssociationChooser(_PlaceChooser):
    """Choose an association of municipalities."""

    model = Association
    joined = ("district__land",)
    found_by: ClassVar[tuple[str, ...]] = ("name", "id", "district__name", "district__land__name")
    choose_one_text = _("Choose an association of municipalities")
    choose_another_text = _("Choose another association of municipalities")


class DistrictChooser(_PlaceChooser):
    """Choose a district."""

    model = District
    joined = ("land",)
    found_by: ClassVar[tuple[str, ...]] = ("name", "id", "land__name")
    choose_one_text = _("Choose a district")
    choose_another_text = _("Choose another district")


class OrganisationChooser(FoundByText):
    """Choose an organisation."""

    model = Organisation
    icon = "group"
    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")


CHOOSERS = (
    MunicipalityChooser("municipality_chooser", url_prefix="choose/municipality"),
    AssociationChooser("association_chooser", url_prefix="choose/association"),
    DistrictChooser("district_chooser", url_prefix="choose/district"),
    OrganisationChooser("organisation_chooser", url_prefix="choose/organisation"),
)


@hooks.register("register_admin_viewset")
def register_choosers() -> list[FoundByText]:
    """Add the windows; Wagtail then uses them for every field that points to one of these."""
    return list(CHOOSERS)
