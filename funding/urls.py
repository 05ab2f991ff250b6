"""Addresses of the funding area."""

from django.urls import path

from funding import views

app_name = "funding"

urlpatterns = [
    path("", views.ProgrammeListView.as_view(), name="programme_list"),
    path("rechner/", views.CalculatorView.as_view(), name="calculator"),
    path("fristen.ics", views.ListCalendarView.as_view(), name="list_calendar"),
    path("<slug:slug>/fristen.ics", views.programme_calendar, name="programme_calendar"),
    path("<slug:slug>/angaben/", views.answer, name="answer"),
    path("<slug:slug>/kommunen/", views.ProgrammePlacesView.as_view(), name="programme_places"),
    path("<slug:slug>/", views.ProgrammeDetailView.as_view(), name="programme_detail"),
]
