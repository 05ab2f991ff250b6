"""Forms of the project area: what municipalities and editors write, and what they answer."""

from projects.forms.answering import (
    CollectionForm,
    CooperationForm,
    CooperationStepForm,
    HideForm,
    ImportForm,
    JoiningForm,
    PlanForm,
    ReasonForm,
    ReportForm,
    ReuseForm,
)
from projects.forms.panels import ProjectAdminForm, ProjectPanels
from projects.forms.writing import DocumentForm, PictureForm, ProjectForm

__all__ = [
    "CollectionForm",
    "CooperationForm",
    "CooperationStepForm",
    "DocumentForm",
    "HideForm",
    "ImportForm",
    "JoiningForm",
    "PictureForm",
    "PlanForm",
    "ProjectAdminForm",
    "ProjectForm",
    "ProjectPanels",
    "ReasonForm",
    "ReportForm",
    "ReuseForm",
]
