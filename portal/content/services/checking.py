"""Checking texts again and again: what is overdue, in all areas at once, and noting that it was checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F
from wagtail.log_actions import log

from portal.accounts.models import User
from portal.editing import Checked, mark_checked

CHECKED = "portal.checked"
"""Name of the entry in the history (Wagtail's log) of a page or thing."""


@dataclass(slots=True)
class Overdue:
    """A page or thing that nobody has checked in time.

    Attributes:
        due_on: the last day on which the latest check was fresh enough.
        responsible_id: the account of who has to look at it; None when nobody is named.
        thing: the object itself; None until ``with_things`` has fetched it.
    """

    model: type[Checked]
    pk: int
    due_on: date
    responsible_id: int | None
    thing: Any = None


def checked_models() -> list[type[Checked]]:
    """Return every kind of page and thing that has to be checked again and again."""
    return [model for model in apps.get_models() if issubclass(model, Checked)]


def overdue(first: User | None = None) -> list[Overdue]:
    """Return everything that is overdue, what ``first`` is responsible for at the beginning, the longest overdue first.

    One statement for each kind; the things themselves are not fetched, because there may be thousands.
    """
    found = [
        Overdue(model, *row)
        for model in checked_models()
        for row in _rows(model).annotate(due_on=F("check_due")).values_list("pk", "due_on", "responsible_id")
    ]
    mine = first.pk if first else None
    return sorted(found, key=lambda row: (row.responsible_id != mine, row.due_on, row.model._meta.label, row.pk))


def with_things(rows: Iterable[Overdue]) -> list[Overdue]:
    """Fetch the things of these rows, one statement for each kind; leave out what has gone meanwhile."""
    rows = list(rows)
    things: dict[tuple[type[Checked], int], Any] = {}
    for model in {row.model for row in rows}:
        wanted = [row.pk for row in rows if row.model is model]
        fetched = model._default_manager.select_related("responsible").in_bulk(wanted)
        things |= {(model, pk): thing for pk, thing in fetched.items()}
    for row in rows:
        row.thing = things.get((row.model, row.pk))
    return [row for row in rows if row.thing is not None]


@transaction.atomic
def mark_as_checked(*, thing: Checked, by: User) -> None:
    """Note that ``by`` has compared this with reality today, in the thing and in its history.

    Whether ``by`` may do so is the caller's question.
    """
    mark_checked(thing)
    log(instance=thing, action=CHECKED, user=by, content_changed=False)


def _rows(model: type[Checked]) -> Any:
    manager: Any = model._default_manager
    return manager.all().overdue()


def labels(rows: Sequence[Overdue]) -> dict[type[Checked], str]:
    """Name the kinds that occur in rows, as editors call them, in alphabetical order."""
    kinds = {row.model: str(row.model._meta.verbose_name) for row in rows}
    return dict(sorted(kinds.items(), key=lambda kind: kind[1].casefold()))
