"""Pages of the funding area."""

from funding.views.applications import (
    application,
    applications,
    attach,
    delete,
    detach,
    download,
    edit,
    note,
    step,
)
from funding.views.calculator import CalculatorView
from funding.views.comparison import ComparisonView
from funding.views.corrections import corrections, decide_correction, propose_correction
from funding.views.overview import FreshnessView, LandscapeView
from funding.views.programmes import (
    ListCalendarView,
    ListExportView,
    ProgrammeDetailView,
    ProgrammeListView,
    ProgrammePlacesView,
    answer,
    programme_calendar,
)
from funding.views.undertakings import UndertakingListView, UndertakingView

__all__ = [
    "CalculatorView",
    "ComparisonView",
    "FreshnessView",
    "LandscapeView",
    "ListCalendarView",
    "ListExportView",
    "ProgrammeDetailView",
    "ProgrammeListView",
    "ProgrammePlacesView",
    "UndertakingListView",
    "UndertakingView",
    "answer",
    "application",
    "applications",
    "attach",
    "corrections",
    "decide_correction",
    "delete",
    "detach",
    "download",
    "edit",
    "note",
    "programme_calendar",
    "propose_correction",
    "step",
]
