"""What each model holds of a person: the declarations that export, erasure and retention follow.

Each app declares its models in ``area.py``. A test fails for a model that names a person and is not declared
(landscape 3.4, points 23 and 24).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.text import capfirst

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrOrPromise as StrOrPromise


class Erasure(StrEnum):
    """What happens to a row when its person asks to be erased (Art. 17 GDPR)."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """The personal data of one model.

    Attributes:
        model: the model that holds them.
        subject: path of fields from a row to the person, ``"pk"`` where the row is the person, ``""`` where the
            person has no account here (a contact named in an official source, say).
        fields: the names of the fields with personal data; the export holds exactly these.
        purpose: what they are needed for, one sentence for the record of processing (Art. 30 GDPR).
        legal_basis: the article or law that allows it.
        erasure: what an erasure does.
        retention: how long a row is kept at most; None: as long as the account.
    """

    model: type[models.Model]
    subject: str
    fields: tuple[str, ...]
    purpose: "StrOrPromise"
    legal_basis: "StrOrPromise"
    erasure: Erasure
    retention: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Processing:
    """One line of the record of processing: what several models hold of people for the same purpose.

    Attributes:
        labels: what the models are called.
        details: what their fields are called.
        days: after so many days a row is deleted at the latest; None: as long as the account or the text exists.
    """

    labels: list[str]
    details: list[str]
    purpose: "StrOrPromise"
    legal_basis: "StrOrPromise"
    days: int | None


def record_of_processing(declarations: "Iterable[PersonalData]") -> list[Processing]:
    """Return the declarations as people read them, those with the same purpose, basis and retention as one."""
    lines: dict[tuple[str, str, timedelta | None], Processing] = {}
    for declared in declarations:
        key = (str(declared.purpose), str(declared.legal_basis), declared.retention)
        days = declared.retention.days if declared.retention else None
        line = lines.setdefault(key, Processing([], [], declared.purpose, declared.legal_basis, days))
        meta = declared.model._meta
        names = (str(getattr(meta.get_field(name), "verbose_name", name)) for name in declared.fields)
        line.labels.append(capfirst(str(meta.verbose_name_plural)))
        line.details.extend(name for name in names if name not in line.details)
    return list(lines.values())


def names_a_person(model: type[models.Model]) -> bool:
    """Tell whether a model must be declared: it is the account, links to it, or has a field for an e-mail address."""
    if model._meta.label == settings.AUTH_USER_MODEL:
        return True
    for candidate in model._meta.get_fields():
        if isinstance(candidate, models.EmailField):
            return True
        if isinstance(candidate, models.ForeignKey | models.ManyToManyField):
            target = candidate.remote_field.model
            if target._meta.label == settings.AUTH_USER_MODEL:
                return True
    return False
