"""The Celery application. Tasks live in each app's ``tasks.py``; the timetable stands in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competence_centre.settings")

app = Celery("competence_centre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
