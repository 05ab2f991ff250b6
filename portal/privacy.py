"""What each model holds of a person: the declarations that export, erasure and retention follow.

Each app declares its models in ``area.py``. A test fails for a model that names a person and is not declared
(landscape 3.4, points 23 and 24); ``manage.py check`` fails for a declaration that could not be carried out.
``portal.accounts.services`` carries them out: it knows no model by name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

FORMER_MEMBER = _("Former member")
"""What stands in place of the name of a person whose account is gone (C-21)."""


class Erasure(StrEnum):
    """What happens to a row when its person asks to be erased (Art. 17 GDPR)."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Something a person has to hand over before her account can be erased (C-22).

    Attributes:
        reason: what is in the way and what to do, a full sentence in the reader's language.
        url: where to do it; empty where no page helps.
        label: what the link says.
    """

    reason: "StrOrPromise"
    url: str = ""
    label: "StrOrPromise" = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """The personal data of one model.

    Attributes:
        model: the model that holds them.
        subject: path of fields from a row to the person, ``"pk"`` where the row is the person, ``""`` where the
            person has no account here (a contact named in an official source, say).
        fields: the names of the fields with personal data; the export holds exactly these.
        purpose: what they are needed for, one sentence for the record of processing (Art. 30 GDPR).
        legal_basis: the article or law that allows it; for KEEP also what demands to keep it (Art. 17(3) GDPR).
        erasure: what an erasure does. DELETE: the row goes. ANONYMISE: links to the person become null, and texts,
            lists, JSON and files among ``fields`` are emptied. KEEP: the row stays as it is, but for the link.
            Whatever is declared, a link among ``fields`` that is not the subject (who confirmed it, say) becomes null.
        retention: how long a row is kept at most; None: as long as the account.
        retention_from: the date from which ``retention`` counts; by default the one field with ``auto_now_add``.
        purge: deletes what is older than ``retention`` and returns how many rows; by default the rows are deleted,
            or anonymised, by ``retention_from``.
        until: how long it is kept, in words, where a number of days does not say it.
        becomes: for ANONYMISE, values other than the empty one.
        stays: for ANONYMISE, the names of texts that stay: they name the thing, not the person.
        files: the names of fields whose files go with the row or its anonymisation.
        rows: finds the rows of a person where no path of fields leads to her.
        besides: what an erasure does besides, given the person: to rows that hold something of her deep inside.
    """

    model: type[models.Model]
    subject: str
    fields: tuple[str, ...]
    purpose: "StrOrPromise"
    legal_basis: "StrOrPromise"
    erasure: Erasure
    retention: timedelta | None = None
    retention_from: str = ""
    purge: Callable[[], int] | None = None
    until: "StrOrPromise" = ""
    becomes: Mapping[str, Any] = field(default_factory=dict)
    stays: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    rows: "Callable[[Any], models.QuerySet[Any]] | None" = None
    besides: Callable[[Any], None] | None = None

    @property
    def label(self) -> str:
        """What several rows are called, for people."""
        return capfirst(_translated(self.model._meta.verbose_name_plural))

    def links(self) -> "list[models.Field[Any, Any]]":
        """Return the fields of the model itself that name a person and belong to this declaration."""
        named = [*self.fields, *([self.subject] if "__" not in self.subject else [])]
        return [each for each in person_links(self.model) if each.name in named]

    def rows_of(self, person: Any) -> "models.QuerySet[Any]":
        """Return the rows about ``person``; for ANONYMISE those in which any of the links names her."""
        everything = self.model._base_manager.all()
        if self.rows is not None:
            return self.rows(person)
        if not self.subject:
            return everything.none()
        condition = models.Q((self.subject, person.pk))
        if self.erasure is Erasure.ANONYMISE:
            for link in self.links():
                condition |= models.Q((link.name, person.pk))
        found = everything.filter(condition)
        return found.distinct() if "__" in self.subject else found

    def emptied(self) -> dict[str, Any]:
        """Return what an anonymisation writes into the fields that are no links: name and value."""
        values: dict[str, Any] = {}
        for name in self.fields:
            if name not in {*self.stays, *self.becomes}:
                found = empty_value(self.model._meta.get_field(name))
                values |= {} if found is LEFT else {name: found}
        return values | {name: str(v) if isinstance(v, Promise) else v for name, v in self.becomes.items()}

    def counted_from(self) -> str:
        """Return the name of the date from which the retention counts; empty where there is none."""
        if self.retention_from:
            return self.retention_from
        made = [f.name for f in self.model._meta.concrete_fields if getattr(f, "auto_now_add", False)]
        return made[0] if len(made) == 1 else ""


LEFT = object()
"""Says that an anonymisation leaves a field as it is: without the link it tells of nobody."""


def empty_value(found: Any) -> Any:
    """Return what an anonymisation writes into a field; ``LEFT`` for links, dates, numbers, choices and keys."""
    if not isinstance(found, models.Field) or isinstance(found, models.GeneratedField) or found.is_relation:
        return LEFT
    if isinstance(found, ArrayField):
        return []
    if isinstance(found, models.JSONField):
        return found.get_default() if found.has_default() else {}
    if isinstance(found, models.BinaryField):
        return b""
    if isinstance(found, models.CharField | models.TextField | models.FileField) and not found.choices:
        return ""
    return LEFT


def person_links(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """Return the fields of a model that point to accounts: foreign keys, one-to-one and many-to-many."""
    return [
        found
        for found in [*model._meta.concrete_fields, *model._meta.many_to_many]
        if found.is_relation and is_person(found.related_model)
    ]


def is_person(model: Any) -> bool:
    """Tell whether a model is the account."""
    return isinstance(model, type) and model._meta.label == settings.AUTH_USER_MODEL  # type: ignore[attr-defined]


def leads_to_person(model: type[models.Model], path: str) -> bool:
    """Tell whether a path of fields ends at the account."""
    if path == "pk":
        return is_person(model)
    here: Any = model
    for name in path.split("__"):
        try:
            here = here._meta.get_field(name).related_model
        except (AttributeError, FieldDoesNotExist):
            return False
    return is_person(here)


def undeclared(model: type[models.Model], declarations: "Iterable[PersonalData]") -> list[str]:
    """Name the links to accounts and the e-mail fields of a model that no declaration speaks of.

    What a model inherits from another table may be declared there. On a declared model a link may stay unsaid if the
    end of the account makes it null by itself.
    """
    about = [d for d in declarations if issubclass(model, d.model)]
    named = {name for d in about for name in (*d.fields, d.subject)}
    wanted = {
        link.name
        for link in person_links(model)
        if not (about and getattr(link.remote_field, "on_delete", None) is models.SET_NULL)
    }
    wanted |= {f.name for f in model._meta.concrete_fields if isinstance(f, models.EmailField)}
    return sorted(wanted - named)


def incoherences(declared: PersonalData) -> Iterator[str]:
    """Yield what is wrong with a declaration, one sentence each."""
    meta = declared.model._meta
    names = {found.name for found in meta.get_fields()}
    said = {*declared.fields, *declared.becomes, *declared.stays, *declared.files, declared.retention_from} - {""}
    if missing := sorted(said - names):
        yield f"it names fields that do not exist: {', '.join(missing)}."
        return
    if not (declared.purpose and declared.legal_basis):
        yield "it has no purpose or no legal basis."
    if declared.subject and declared.rows is None and not leads_to_person(declared.model, declared.subject):
        yield f"its subject “{declared.subject}” does not lead to a person."
    if declared.erasure is Erasure.KEEP and not (declared.retention or declared.until):
        yield "it keeps data and does not say until when (retention or until)."
    if declared.retention and not (declared.purge or declared.counted_from()):
        yield "it has a retention and neither a date to count from (retention_from) nor a purge of its own."
    for name in declared.files:
        if not isinstance(meta.get_field(name), models.FileField):
            yield f"its field “{name}” holds no file."
    yield from _impossible_links(declared)


def _impossible_links(declared: PersonalData) -> Iterator[str]:
    """Yield the links that could not become null, or would take along what is to be kept."""
    for link in declared.links():
        rule = getattr(link.remote_field, "on_delete", None)
        is_subject = link.name == declared.subject
        if declared.erasure is Erasure.ANONYMISE and not (link.null or link.many_to_many):
            yield f"it is to be anonymised, but “{link.name}” cannot be null."
        elif declared.erasure is Erasure.KEEP and is_subject and rule is models.CASCADE:
            yield f"it is to be kept, but would go with the account (“{link.name}” cascades)."
        elif not link.null and not is_subject and rule in {models.PROTECT, models.RESTRICT}:
            yield f"its “{link.name}” cannot be null and protects the account."


@dataclass(frozen=True, slots=True)
class Processing:
    """One line of the record of processing: what several models hold of people for the same purpose.

    Attributes:
        labels: what the models are called.
        details: what their fields are called.
        days: after so many days a row is deleted at the latest; None: as long as the account or the text exists.
        until: how long in words; empty where ``days`` says it.
        erasure: what an erasure does.
        has_account: whether the people are those with an account here.
    """

    labels: list[str]
    details: list[str]
    purpose: "StrOrPromise"
    legal_basis: "StrOrPromise"
    days: int | None
    until: "StrOrPromise" = ""
    erasure: Erasure = Erasure.DELETE
    has_account: bool = True


def record_of_processing(declarations: "Iterable[PersonalData]") -> list[Processing]:
    """Return the declarations as people read them, those with the same purpose, basis and retention as one."""
    lines: dict[tuple[object, ...], Processing] = {}
    for declared in declarations:
        days = declared.retention.days if declared.retention else None
        has_account = bool(declared.subject or declared.rows)
        key = (
            str(declared.purpose),
            str(declared.legal_basis),
            days,
            str(declared.until),
            declared.erasure,
            has_account,
        )
        line = lines.setdefault(
            key,
            Processing(
                [], [], declared.purpose, declared.legal_basis, days, declared.until, declared.erasure, has_account
            ),
        )
        names = (field_label(declared.model, name) for name in declared.fields)
        if declared.label not in line.labels:
            line.labels.append(declared.label)
        line.details.extend(name for name in names if name not in line.details)
    return list(lines.values())


def field_label(model: type[models.Model], name: str) -> str:
    """Return what a field is called, for people."""
    return _translated(getattr(model._meta.get_field(name), "verbose_name", name))


def _translated(name: "StrOrPromise | None") -> str:
    """Translate a name that a library did not mean for people (``portal/foreign_messages.py``)."""
    return gettext(str(name))


def names_a_person(model: type[models.Model]) -> bool:
    """Tell whether a model must be declared: it is the account, links to it, or has a field for an e-mail address."""
    return is_person(model) or bool(undeclared(model, ()))
