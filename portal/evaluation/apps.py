"""Configuration of the evaluation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """An app of the foundation."""

    name = "portal.evaluation"
    verbose_name = _("Evaluation")

    def ready(self) -> None:
        """Put what it gives to the portal into the registry, and take in what is counted."""
        from portal import counting  # noqa: PLC0415 - models are ready only now
        from portal.evaluation import area  # noqa: F401, PLC0415 - registers itself
        from portal.evaluation.services.counting import write_down  # noqa: PLC0415 - as above

        counting.sink(write_down)
