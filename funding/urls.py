"""Addresses of the funding area."""

from django.urls import path
from django.views.decorators.http import require_POST

from funding import views

app_name = "funding"

urlpatterns = [
    path("", views.ProgrammeListView.as_view(), name="programme_list"),
    path("<slug:slug>/", views.ProgrammeDetailView.as_view(), name="programme_detail"),
    path("<slug:slug>/geprueft/", require_POST(views.ProgrammeCheckedView.as_view()), name="programme_checked"),
    path("<slug:slug>/status/<slug:verb>/", views.ProgrammeStateView.as_view(), name="programme_state"),
]
