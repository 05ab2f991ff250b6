"""Pages of the funding area."""

from funding.views.calculator import CalculatorView
from funding.views.programmes import (
    ListCalendarView,
    ProgrammeDetailView,
    ProgrammeListView,
    ProgrammePlacesView,
    answer,
    programme_calendar,
)

__all__ = [
    "CalculatorView",
    "ListCalendarView",
    "ProgrammeDetailView",
    "ProgrammeListView",
    "ProgrammePlacesView",
    "answer",
    "programme_calendar",
]
