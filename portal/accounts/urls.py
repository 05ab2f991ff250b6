"""Signing in and out; a person's own data."""

from django.urls import path

from portal.accounts import views

app_name = "accounts"

urlpatterns = [
    path("anmelden/", views.SignInView.as_view(), name="login"),
    path("abmelden/", views.SignOutView.as_view(), name="logout"),
    path("konto/meine-daten/", views.overview, name="own_data"),
    path("konto/meine-daten/kopie-anfordern/", views.request_export, name="request_export"),
    path("konto/meine-daten/kopie/<uuid:key>/", views.download, name="fetch_export"),
    path("konto/loeschen/", views.erase, name="erase"),
    path("konto/geloescht/", views.erased, name="erased"),
    path("datenschutz/verarbeitungsverzeichnis/", views.record, name="record_of_processing"),
]
