"""Addresses of the open data."""

from django.urls import path

from portal.opendata import views

app_name = "opendata"

urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:resource>.<slug:kind>.gz", views.download, name="download"),
]
