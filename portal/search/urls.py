"""Addresses of the search."""

from django.urls import path

from portal.search import views

app_name = "search"

urlpatterns = [
    path("suche/", views.SearchView.as_view(), name="results"),
    path("suche/vorschlaege/", views.suggest, name="suggest"),
    path("suche/geoeffnet/", views.opened, name="opened"),
]
