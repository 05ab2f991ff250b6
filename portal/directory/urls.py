"""Addresses of the register: the official key leads, the name behind it is for people."""

from django.urls import path, register_converter

from portal.directory import group_pages, pages, views
from portal.directory.actor_pages.urls import urlpatterns as actors


class PlaceConverter:
    """An official key, with anything behind a hyphen: ``08118048-ludwigsburg``."""

    regex = r"[0-9]{2,9}(?:-[^/]*)?"

    def to_python(self, value: str) -> str:
        """Keep the text; the view splits it."""
        return value

    def to_url(self, value: str) -> str:
        """Write the text."""
        return value


register_converter(PlaceConverter, "place")

app_name = "directory"
urlpatterns = [
    path("kommunen/", views.MunicipalityListView.as_view(), name="municipality_list"),
    path("kommunen/vorschlaege/", views.place_suggestions, name="place_suggestions"),
    path("kommunen/meine/waehlen/", views.choose_municipality, name="choose_municipality"),
    path("kommunen/meine/entfernen/", views.forget_municipality, name="forget_municipality"),
    path("kommunen/<place:slug>/", pages.MunicipalityView.as_view(), name="municipality_detail"),
    path("kreise/", views.DistrictListView.as_view(), name="district_list"),
    path("kreise/<place:slug>/", group_pages.DistrictView.as_view(), name="district_detail"),
    path("gemeindeverbaende/", views.AssociationListView.as_view(), name="association_list"),
    path("gemeindeverbaende/<place:slug>/", group_pages.AssociationView.as_view(), name="association_detail"),
    path("laender/", views.LandListView.as_view(), name="land_list"),
    path("laender/<place:slug>/", group_pages.LandView.as_view(), name="land_detail"),
    path("karte/deutschland.svg", views.germany_map, name="germany_map"),
    *actors,
]
