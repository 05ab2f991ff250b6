"""Addresses of what people follow."""

from django.urls import path

from portal.following import views

app_name = "following"

urlpatterns = [
    path("folgen/", views.create, name="create"),
    path("folgen/gesendet/", views.sent, name="sent"),
    path("folgen/bestaetigen/<str:token>/", views.confirm, name="confirm"),
    path("folgen/verwalten/<str:token>/", views.subscriber, name="subscriber"),
    path("folgen/<uuid:key>.atom", views.feed, name="feed"),
    path("folgen/<uuid:key>.ics", views.calendar, name="calendar"),
    path("konto/gemerkt/", views.own, name="list"),
    path("konto/gemerkt/aendern/", views.change, name="change"),
]
