"""The roof: settings, URLs, API router, Celery application and commands. It composes everything; nobody imports it."""

from competence_centre.celery import app as celery_app

__all__ = ["celery_app"]
