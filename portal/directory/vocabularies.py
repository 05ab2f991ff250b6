"""Closed lists that all areas share. Their keys are stored and published: they are never renamed (ADR 0005)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldOfAction(models.TextChoices):
    """The fields in which towns and regions become digital (landscape 2.7); content of all areas is sorted by them."""

    ADMINISTRATION = "verwaltung", _("Administration and citizen services")
    MOBILITY = "mobilitaet", _("Transport and mobility")
    ENERGY = "energie", _("Energy and climate")
    HOUSING = "wohnen", _("Housing and neighbourhoods")
    PLANNING = "stadtentwicklung", _("Urban development and planning")
    EDUCATION = "bildung", _("Education")
    HEALTH = "gesundheit", _("Health and care")
    RETAIL = "handel", _("Retail and economy")
    SAFETY = "sicherheit", _("Safety and disaster control")
    WASTE = "abfall", _("Waste and circular economy")
    WATER = "wasser", _("Water and waste water")
    PUBLIC_SERVICES = "daseinsvorsorge", _("Public services (across all fields)")
    PARTICIPATION = "beteiligung", _("Participation, culture and volunteering")
    DATA = "daten", _("Digital infrastructure and data")


class Role(models.TextChoices):
    """Who a text speaks to in a municipality."""

    HEAD = "leitung", _("Mayors and heads of administration")
    CLERK = "sachbearbeitung", _("Clerks")
    DIGITAL = "digitalisierung", _("Officers for digitalisation")
    TREASURY = "kaemmerei", _("Treasury")
    IT = "it", _("IT")
    COUNCIL = "rat", _("Council")
    DATA_PROTECTION = "datenschutz", _("Data protection officers")
