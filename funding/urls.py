"""Addresses of the funding area."""

from django.urls import path

from funding import views

app_name = "funding"

urlpatterns = [
    path("", views.ProgrammeListView.as_view(), name="programme_list"),
    path("antraege/", views.applications, name="applications"),
    path("antraege/<uuid:key>/", views.application, name="application"),
    path("antraege/<uuid:key>/bearbeiten/", views.edit, name="edit_application"),
    path("antraege/<uuid:key>/loeschen/", views.delete, name="delete_application"),
    path("antraege/<uuid:key>/dateien/", views.attach, name="attach_file"),
    path("antraege/<uuid:key>/dateien/<uuid:file>/", views.download, name="download_file"),
    path("antraege/<uuid:key>/dateien/<uuid:file>/loeschen/", views.detach, name="detach_file"),
    path("antraege/<uuid:key>/<slug:verb>/", views.step, name="application_step"),
    path("korrekturen/", views.corrections, name="corrections"),
    path("korrekturen/<int:key>/", views.decide_correction, name="decide_correction"),
    path("einfuhren/", views.imports, name="imports"),
    path("einfuhren/<int:key>/", views.import_run, name="import_run"),
    path("einfuhren/<int:key>/fortsetzen/", views.go_on, name="go_on_import"),
    path("aenderungen/", views.differences, name="differences"),
    path("aenderungen/<slug:slug>/", views.decide, name="decide_differences"),
    path("aenderungen/<slug:slug>/wieder-fragen/", views.ask_again, name="ask_again"),
    path("doppelt/", views.duplicates, name="duplicates"),
    path("doppelt/zusammenfuehren/", views.merge, name="merge"),
    path("doppelt/<int:key>/", views.say_distinct, name="say_distinct"),
    path("doppelt/<slug:slug>/trennen/", views.take_apart, name="take_apart"),
    path("vorhaben/", views.UndertakingListView.as_view(), name="undertakings"),
    path("vorhaben/<slug:slug>/", views.UndertakingView.as_view(), name="undertaking"),
    path("aktualitaet/", views.FreshnessView.as_view(), name="freshness"),
    path("landschaft/", views.LandscapeView.as_view(), name="landscape"),
    path("liste.<str:kind>", views.ListExportView.as_view(), name="list_export"),
    path("vergleich/", views.ComparisonView.as_view(), name="comparison"),
    path("rechner/", views.CalculatorView.as_view(), name="calculator"),
    path("fristen.ics", views.ListCalendarView.as_view(), name="list_calendar"),
    path("<slug:slug>/fristen.ics", views.programme_calendar, name="programme_calendar"),
    path("<slug:slug>/korrektur/", views.propose_correction, name="propose_correction"),
    path("<slug:slug>/vormerken/", views.note, name="note"),
    path("<slug:slug>/angaben/", views.answer, name="answer"),
    path("<slug:slug>/kommunen/", views.ProgrammePlacesView.as_view(), name="programme_places"),
    path("<slug:slug>/", views.ProgrammeDetailView.as_view(), name="programme_detail"),
]
