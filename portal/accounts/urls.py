"""Signing in and out."""

from django.urls import path

from portal.accounts import views

app_name = "accounts"

urlpatterns = [
    path("anmelden/", views.SignInView.as_view(), name="login"),
    path("abmelden/", views.SignOutView.as_view(), name="logout"),
    path("verwaltung/personen/", views.PeopleView.as_view(), name="people"),
    path("verwaltung/personen/<uuid:key>/", views.person, name="person"),
    path("verwaltung/personen/<uuid:key>/rolle-vergeben/", views.grant, name="grant_role"),
    path("verwaltung/personen/<uuid:key>/rolle-beenden/<uuid:grant>/", views.end, name="end_role"),
]
