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
from funding.views.duplicates import duplicates, merge, say_distinct, take_apart
from funding.views.imports import ask_again, decide, differences, go_on, import_run, imports
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
    "ask_again",
    "attach",
    "corrections",
    "decide",
    "decide_correction",
    "delete",
    "detach",
    "differences",
    "download",
    "duplicates",
    "edit",
    "go_on",
    "import_run",
    "imports",
    "merge",
    "note",
    "programme_calendar",
    "propose_correction",
    "say_distinct",
    "step",
    "take_apart",
]
