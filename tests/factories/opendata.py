"""Factories for open data."""

import gzip

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.opendata.models import Dump


class DumpFactory(DjangoModelFactory[Dump]):
    """A file with nothing in it."""

    class Meta:
        model = Dump

    resource = "funding-programmes"
    format = "csv"
    file = factory.django.FileField(filename="leer.csv.gz", data=gzip.compress(b""))
    rows = 0
    size = 20
    written_at = factory.LazyFunction(timezone.now)
