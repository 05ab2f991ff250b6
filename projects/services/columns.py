"""The columns of the tables of projects, for taking along and for reading in: one name for what means the same.

What belongs to a project stands in one cell: each entry in a line of its own, its parts separated by ``|``. Names are
German: the tables are for German offices, and what was taken along is read in again by them.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from projects.models import Financing, Interaction, Partner, Project, ProjectLink, Risk, Supplier

COLUMN_OF: dict[str, str] = {
    "title": "titel",
    "summary": "kurzfassung",
    "places": "orte",
    "fields_of_action": "handlungsfelder",
    "phase": "phase",
    "started_on": "beginn",
    "ended_on": "ende",
    "description": "beschreibung",
    "spatial_effect": "raumwirkung",
    "country": "staat",
    "place_abroad": "ort_im_ausland",
    "what_would_change": "was_sich_aendern_muesste",
    "partners": "partner",
    "cost_band": "kosten",
    "cost_note": "kosten_hinweis",
    "effort_days": "personentage",
    "financing": "finanzierung",
    "technologies": "technik",
    "licence": "lizenz",
    "repository": "repository",
    "reuse_conditions": "nachnutzung_bedingungen",
    "suppliers": "anbieter",
    "data_basis": "datengrundlage",
    "personal_data": "personenbezogene_daten",
    "dpia": "dsfa",
    "interactions": "wechselwirkungen",
    "risks": "risiken",
    "lessons_learnt": "gelernt",
    "done_differently": "anders",
    "transferable_sizes": "uebertragbar_auf_groessen",
    "transfer_conditions": "uebertragbar_bedingungen",
    "contact_function": "ansprechstelle",
    "links": "links",
}
"""Name of the column for each field of a project and for what belongs to it."""

LAYOUTS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "partners": (Partner, ("name", "kind", "role")),
    "financing": (Financing, ("text", "share_percent")),
    "suppliers": (Supplier, ("name", "product", "licence", "alternatives")),
    "interactions": (Interaction, ("effect", "field", "sentence")),
    "risks": (Risk, ("kind", "description", "countermeasure")),
    "links": (ProjectLink, ("title", "url", "kind")),
}
"""What stands between the strokes, for each kind of thing that belongs to a project."""

MOST_ENTRIES = 30
"""Entries of one kind that a project has, as in its form."""

LEFT_OUT = frozenset({"financing.text"})
"""Fields whose length is judged later: the text may be the title of a funding programme, which is longer."""


def written(one: Project, name: str) -> str:
    """Write all of one kind that belongs to a project into a cell; needs ``fetch_parts``."""
    _model, fields = LAYOUTS[name]
    entries = ([_cell(part, field) for field in fields] for part in getattr(one, name).all())
    return "\n".join(" | ".join(cells).rstrip(" |") for cells in entries)


def _cell(part: Any, field: str) -> str:
    if isinstance(part, Financing) and field == "text":
        said: Any = part.programme.title if part.programme is not None else part.text
    elif part._meta.get_field(field).choices:
        said = getattr(part, f"get_{field}_display")()
    else:
        said = getattr(part, field)
    if field == "share_percent" and said is not None:
        said = _("%(number)s %%") % {"number": said}
    return " ".join(str("" if said is None else said).replace("|", "/").split())


def read(name: str, text: str) -> list[dict[str, Any]]:
    """Read such a cell: the values of each entry, by the rules of its model.

    Raises:
        ValidationError: an entry is wrong; says which one, and in which of its parts.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ENTRIES:
        raise ValidationError(_("At most %(most)s entries are possible in a cell.") % {"most": MOST_ENTRIES})
    found, problems = [], []
    for number, line in enumerate(lines, 1):
        values, wrong = _entry(name, line)
        problems += [_("Entry %(number)s, %(message)s") % {"number": number, "message": message} for message in wrong]
        found.append(values)
    if problems:
        raise ValidationError(problems)
    return found


def _entry(name: str, line: str) -> tuple[dict[str, Any], list[str]]:
    """Read one entry: its values, and what is wrong with which part."""
    model, fields = LAYOUTS[name]
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) > len(fields):
        return {}, [_("too many parts. It should be: %(layout)s.") % {"layout": layout(name)}]
    values: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for field, cell in zip(fields, [*cells, *[""] * len(fields)], strict=False):
        try:
            if value := _value(model, field, cell, is_free=f"{name}.{field}" in LEFT_OUT):
                values[field] = value
        except ValidationError as error:
            wrong[field] = error.messages
    if not wrong:
        try:
            model(**values).clean()
        except ValidationError as error:
            wrong = error.message_dict
    return values, [f"{_label(model, field)}: {' '.join(messages)}" for field, messages in wrong.items()]


def _value(model: type[models.Model], name: str, cell: str, *, is_free: bool) -> Any:
    field: Any = model._meta.get_field(name)
    if not cell:
        if field.has_default() or (field.blank and not is_free):
            return None
        raise ValidationError(_("This is needed."))
    if is_free:
        return cell
    if field.choices:
        return code_of(field.choices, cell)
    if isinstance(field, models.IntegerField):
        cell = cell.removesuffix("%").strip()
    return field.clean(cell, None)


def code_of(choices: Sequence[tuple[Any, Any]], text: str) -> str:
    """Return the code that is meant by a code or by what people call it.

    Raises:
        ValidationError: there is none; names what is possible.
    """
    for code, label in choices:
        if text == code or text.casefold() == str(label).casefold():
            return str(code)
    known = ", ".join(str(label) for _code, label in choices)
    raise ValidationError(_("“%(value)s” is not known. Possible are: %(known)s.") % {"value": text, "known": known})


def layout(name: str) -> str:
    """Say in words how an entry is written."""
    model, fields = LAYOUTS[name]
    return " | ".join(_label(model, field) for field in fields)


def closed_lists(name: str) -> list[tuple[str, list[str]]]:
    """Return the parts of an entry that come from a closed list, each with what is possible."""
    model, fields = LAYOUTS[name]
    listed: list[Any] = [model._meta.get_field(field) for field in fields]
    return [
        (str(field.verbose_name), [str(label) for _code, label in field.choices]) for field in listed if field.choices
    ]


def _label(model: type[models.Model], name: str) -> str:
    if model is Financing and name == "text":
        return _("funding programme or other source of money")
    field: Any = model._meta.get_field(name)
    return str(field.verbose_name)
