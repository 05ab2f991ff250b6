"""Taking over lines of a table as drafts: judged first, shown, and only then made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.directory.models import Association, District, Municipality, Organisation
from portal.permissions import enforce
from portal.slugs import take_turns
from projects import permissions
from projects.models import Evidence, Project, ProjectPlace
from projects.services.publishing import new_slug
from projects.vocabularies import Grade

KINDS: dict[int, type[Any]] = {5: District, 8: Municipality, 9: Association}


class Read(Protocol):
    """A line that was read; see ``projects.imports.sheets.Line``."""

    number: int
    values: dict[str, Any]
    places: list[str]
    evidence: list[tuple[str, str, str]]
    problems: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What comes of a line.

    Attributes:
        state: ``new``, ``there`` (the same title at the same place, or twice in the file) or ``wrong``.
        messages: what is wrong, each with its column.
    """

    number: int
    title: str
    state: str
    messages: list[str]


def judge(lines: Sequence[Read], *, organisation: Organisation | None) -> list[Judged]:
    """Say of each line what would come of it; changes nothing.

    Args:
        lines: as read.
        organisation: for whom they are entered; None: editors enter them for the municipalities that are named.
    """
    known = _known(lines)
    titles = {line.values.get("title", "") for line in lines}
    there = set(
        ProjectPlace.objects.filter(project__title__in=titles).values_list(
            "project__title", "municipality_id", "association_id", "district_id"
        )
    )
    there_already = {(title, a or b or c) for title, a, b, c in there}
    seen: set[tuple[str, str]] = set()
    judged = []
    for line in lines:
        title = str(line.values.get("title", ""))
        messages = [f"{column}: {message}" for column, message in line.problems]
        messages += [
            f"orte: {_('There is no place with the key %(key)s.') % {'key': key}}"
            for key in line.places
            if key not in known
        ]
        messages += _further(line, organisation)
        pairs = {(title, key) for key in line.places}
        state = "wrong" if messages else "there" if pairs & (there_already | seen) else "new"
        seen |= pairs
        judged.append(Judged(line.number, title, state, messages))
    return judged


def _known(lines: Sequence[Read]) -> dict[str, Any]:
    """Return the places that lines name, by their keys; three statements at most."""
    found: dict[str, Any] = {}
    for length, model in KINDS.items():
        keys = {key for line in lines for key in line.places if len(key) == length}
        if keys:
            found |= {one.pk: one for one in model.objects.current().filter(pk__in=keys)}
    return found


def _further(line: Read, organisation: Organisation | None) -> list[str]:
    """Check a line as a whole, by the model's own rules."""
    values = {name: value for name, value in line.values.items() if name != "title"}
    trial = Project(title=str(line.values.get("title", "")), slug="x", organisation=organisation, **values)
    try:
        trial.full_clean(exclude=["slug", "organisation"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        wrong = {name for name, _message in line.problems}
        return [f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items() if not wrong]
    if trial.started_on and trial.ended_on and trial.ended_on < trial.started_on:
        return [f"ende: {_('The end lies before the beginning.')}"]
    return []


@transaction.atomic
def take_over(lines: Sequence[Read], *, organisation: Organisation | None, by: User) -> list[Project]:
    """Make a draft of each line that is new and right; the others stay out, as ``judge`` says.

    Args:
        lines: as read.
        organisation: for whom; None: for the organisation of each line's first place.
        by: who does it.

    Raises:
        PermissionDenied: ``by`` writes neither for the organisation nor for all.
    """
    enforce(permissions.can_write_for(by, organisation) if organisation else permissions.can_edit(by))
    take_turns(Project)  # a file that is sent twice at once is read in once
    known = _known(lines)
    made = []
    for line, said in zip(lines, judge(lines, organisation=organisation), strict=True):
        if said.state == "new":
            made.append(_make(line, known, organisation, by))
    return made


def _make(line: Read, known: dict[str, Any], organisation: Organisation | None, by: User) -> Project:
    places = [known[key] for key in line.places]
    owner = organisation or (_organisation_of(places[0]) if places else None)
    project = Project.objects.create(
        slug=new_slug(str(line.values["title"])), organisation=owner, live=False, **line.values
    )
    for position, place in enumerate(places):
        ProjectPlace.objects.create(project=project, position=position, **{place._meta.model_name: place})
    for position, (criterion, claim, source) in enumerate(line.evidence):
        grade = Grade.DOCUMENTED if source else Grade.CLAIMED
        Evidence.objects.create(
            project=project, position=position, criterion=criterion, claim=claim, source=source, grade=grade
        )
    Project.objects.get(pk=project.pk).save_revision(user=by)
    return project


def _organisation_of(place: Any) -> Organisation | None:
    return Organisation.objects.filter(**{place._meta.model_name: place}).first()
