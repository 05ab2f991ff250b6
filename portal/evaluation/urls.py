"""Addresses of the evaluation."""

from django.urls import path

from portal.evaluation.views import figures, radar, reviews

app_name = "evaluation"

urlpatterns = [
    path("statistik/", figures.statistics, name="statistics"),
    path("statistik/kennzahlen.csv", figures.statistics_csv, name="statistics_csv"),
    path("statistik/kennzahlen.json", figures.statistics_json, name="statistics_json"),
    path("evaluation/", reviews.reports, name="reports"),
    path("evaluation/<slug:area>/<str:until>/", reviews.report, name="report"),
    path("evaluation/<slug:area>/<str:until>/bericht.pdf", reviews.report_pdf, name="report_pdf"),
    path("auswertung/", figures.dashboard, name="dashboard"),
    path("auswertung/pruefungen/<int:key>/", reviews.review, name="review"),
    path("auswertung/pruefungen/<int:key>/veroeffentlichen/", reviews.publish, name="publish"),
    path("auswertung/massnahmen/<int:key>/", reviews.update_measure, name="update_measure"),
    path("technologieradar/", radar.RadarView.as_view(), name="radar"),
    path("technologieradar/vorschlagen/", radar.propose, name="propose"),
    path("technologieradar/vorschlaege/", radar.proposals, name="proposals"),
    path("technologieradar/vorschlaege/<int:key>/", radar.answer, name="answer"),
    path("technologieradar/neu/", radar.edit, name="new_technology"),
    path("technologieradar/<slug:slug>/", radar.TechnologyView.as_view(), name="technology"),
    path("technologieradar/<slug:slug>/bearbeiten/", radar.edit, name="edit_technology"),
]
