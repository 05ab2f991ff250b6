"""Organisations themselves: those that no register knows, official data, profiles."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.models import Verb
from portal.audit.services import record
from portal.directory.actors.locking import lock
from portal.directory.domains import official
from portal.directory.models import Land, Organisation
from portal.directory.permissions import can_create_organisation, can_edit_organisation, can_set_official_data
from portal.permissions import enforce
from portal.slugs import free_slug

PROFILE = (
    *("fields_of_action", "description", "description_audience", "website", "website_audience"),
    "members_audience",
)
"""What those who work for an organisation say about it."""

RESERVED = frozenset({"anlegen", "ansprueche"})
"""Addresses below /akteure/ that are pages of their own."""


@transaction.atomic
def create_organisation(  # noqa: PLR0913 - what an organisation is
    *,
    kind: str,
    name: str,
    short_name: str = "",
    land: Land | None = None,
    official_domain: str = "",
    by: User | None,
    demonstration: bool = False,
) -> Organisation:
    """Add an organisation that no register knows; ``by`` is None for demonstration data.

    Raises:
        PermissionDenied: ``by`` does not work for the centre.
        ValidationError: the kind is one of the register, or the domain is no official one.
    """
    if by is not None:
        enforce(can_create_organisation(by))
    if kind in Organisation.OF_THE_REGISTER:
        raise ValidationError({"kind": _("Organisations of this kind come from the official register.")})
    organisation = Organisation.objects.create(
        kind=kind,
        name=name.strip(),
        short_name=short_name.strip(),
        slug=free_slug(
            Organisation.objects.all(),
            short_name or name,
            instead="organisation",
            longest=60,
            reserved=RESERVED,
        ),
        land=land,
        official_domain=_domain(official_domain),
        demonstration=demonstration,
    )
    record(Verb.ORGANISATION_CREATED, organisation, by=by)
    return organisation


@transaction.atomic
def set_official_data(*, organisation: Organisation, official_domain: str, by: User | None, **names: Any) -> bool:
    """Set the official domain and, where no register gives them, name, short name and Land; tell whether it changed.

    Raises:
        PermissionDenied: ``by`` does not work for the centre.
        ValidationError: the domain is no official one.
    """
    organisation = lock(organisation)
    if by is not None:
        enforce(can_set_official_data(by, organisation))
    values: dict[str, Any] = {"official_domain": _domain(official_domain)}
    if not organisation.is_of_the_register:
        values |= {name: value for name, value in names.items() if name in {"name", "short_name", "land"}}
    return _change(organisation, values, by=by, on_behalf_of=None)


@transaction.atomic
def edit_profile(*, organisation: Organisation, by: User, **values: Any) -> bool:
    """Write what the organisation says about itself; tell whether it changed.

    Raises:
        PermissionDenied: ``by`` is no contributor or representative.
        ValidationError: a value does not fit.
    """
    organisation = lock(organisation)
    enforce(can_edit_organisation(by, organisation))
    known = {name: value for name, value in values.items() if name in PROFILE}
    return _change(organisation, known, by=by, on_behalf_of=organisation)


def _change(
    organisation: Organisation, values: dict[str, Any], *, by: User | None, on_behalf_of: Organisation | None
) -> bool:
    changed = [name for name, value in values.items() if getattr(organisation, name) != value]
    for name in changed:
        setattr(organisation, name, values[name])
    organisation.clean_fields(exclude={field.name for field in organisation._meta.fields} - set(changed))
    if changed:
        organisation.save(update_fields=changed)
        record(Verb.ORGANISATION_CHANGED, organisation, by=by, changed=changed, on_behalf_of=on_behalf_of)
    return bool(changed)


def _domain(domain: str) -> str:
    try:
        return official(domain) if domain.strip() else ""
    except ValidationError as error:
        raise ValidationError({"official_domain": error.messages}) from error


# --- import of official domains -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DomainLine:
    """What became of one line; ``problem`` is empty where it was taken over."""

    number: int
    key: str
    domain: str
    changed: bool = False
    problem: str = ""


@transaction.atomic
def import_official_domains(*, lines: Iterable[str], dry_run: bool = False) -> list[DomainLine]:
    """Take official domains over from a CSV file with the columns ``key`` (AGS, key of a district …) and ``domain``.

    A line that does not fit is reported and changes nothing; the others are taken over.

    Raises:
        ValidationError: a column is missing.
    """
    reader = csv.DictReader(lines)
    if not {"key", "domain"} <= set(reader.fieldnames or ()):
        raise ValidationError(_("The file needs the columns “key” and “domain”."))
    report: list[DomainLine] = []
    for row in reader:
        key, domain = (row["key"] or "").strip(), (row["domain"] or "").strip()
        organisation = Organisation.objects.filter(slug=key).first() if "\x00" not in key else None
        if organisation is None:
            report.append(DomainLine(reader.line_num, key, domain, problem=_("There is no organisation of this key.")))
            continue
        try:
            changed = set_official_data(organisation=organisation, official_domain=domain, by=None)
        except ValidationError as error:
            report.append(DomainLine(reader.line_num, key, domain, problem=" ".join(error.messages)))
        else:
            report.append(DomainLine(reader.line_num, key, domain, changed=changed))
    if dry_run:
        transaction.set_rollback(True)
    return report
