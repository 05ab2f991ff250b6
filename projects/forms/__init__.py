"""Forms of the project area: what municipalities and editors write, and what they answer."""

from projects.forms.answering import (
    CollectionForm,
    CooperationForm,
    CooperationStepForm,
    ImportForm,
    JoiningForm,
    PlanForm,
    ReasonForm,
    ReportForm,
    ReuseForm,
)
from projects.forms.panels import ProjectPanels
from projects.forms.writing import DocumentForm, PictureForm, ProjectForm

__all__ = [
    "CollectionForm",
    "CooperationForm",
    "CooperationStepForm",
    "DocumentForm",
    "ImportForm",
    "JoiningForm",
    "PictureForm",
    "PlanForm",
    "ProjectForm",
    "ProjectPanels",
    "ReasonForm",
    "ReportForm",
    "ReuseForm",
]
