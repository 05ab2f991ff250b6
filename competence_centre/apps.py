"""Configuration of the composing package, so that its commands are found."""

from django.apps import AppConfig


class CompetenceCentreConfig(AppConfig):
    """The roof has commands, but no models."""

    name = "competence_centre"
