"""Taking over lines of a table as drafts: judged first, shown, and only then made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from funding.models import Programme
from portal.accounts.models import User
from portal.directory.models import Association, District, Municipality, Organisation
from portal.permissions import enforce
from portal.slugs import take_turns
from projects import permissions
from projects.models import Evidence, Financing, Project, ProjectPlace
from projects.services.columns import COLUMN_OF, LAYOUTS
from projects.services.publishing import new_slug
from projects.vocabularies import Country, Grade

KINDS: dict[int, type[Any]] = {5: District, 8: Municipality, 9: Association}


class Read(Protocol):
    """A line that was read; see ``projects.imports.sheets.Line``."""

    number: int
    values: dict[str, Any]
    places: list[str]
    evidence: list[tuple[str, str, str]]
    parts: dict[str, list[dict[str, Any]]]
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
    there_already = {(title, a or b or c) for title, a, b, c in there} | set(
        Project.objects.filter(title__in=titles).exclude(place_abroad="").values_list("title", "place_abroad")
    )
    programmes = _programmes(lines)
    seen: set[tuple[str, str]] = set()
    judged = []
    for line in lines:
        title = str(line.values.get("title", ""))
        messages = [f"{column}: {message}" for column, message in line.problems]
        messages += [
            _in_column("places", _("There is no place with the key %(key)s.") % {"key": key})
            for key in line.places
            if key not in known
        ]
        messages += _further(line, organisation)
        messages += _too_long(line, programmes)
        pairs = {(title, key) for key in [*line.places, line.values.get("place_abroad", "")] if key}
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
        return [_in_column(name, " ".join(messages)) for name, messages in error.message_dict.items() if not wrong]
    said = []
    if trial.started_on and trial.ended_on and trial.ended_on < trial.started_on:
        said.append(_in_column("ended_on", _("The end lies before the beginning.")))
    if trial.country != Country.DE and line.places:
        said.append(_in_column("places", _("Of a project abroad please leave this empty, or the country.")))
    return said


def _in_column(field: str, message: str) -> str:
    return f"{COLUMN_OF.get(field, field)}: {message}"


def _programmes(lines: Sequence[Read]) -> dict[str, Programme]:
    """Return the funding programmes that lines name, by title in small letters and by key; one statement at most."""
    named = {entry["text"] for line in lines for entry in line.parts.get("financing", []) if "text" in entry}
    if not named:
        return {}
    folded = {text.casefold() for text in named}
    rows = Programme.objects.filter(live=True).annotate(small=Lower("title"))
    found = rows.filter(Q(small__in=folded) | Q(slug__in=named)).only("slug", "title").order_by("-pk")
    by_title = {one.title.casefold(): one for one in found}
    return by_title | {one.slug: one for one in found}


def _too_long(line: Read, programmes: Mapping[str, Programme]) -> list[str]:
    """Say what names neither a funding programme nor a source of money in words that fit."""
    most = Financing._meta.get_field("text").max_length or 0
    texts = [entry["text"] for entry in line.parts.get("financing", []) if "text" in entry]
    return [
        _in_column(
            "financing",
            _("No funding programme here has this title, and another source has at most %(most)s characters: %(text)s")
            % {"most": most, "text": text[:60]},
        )
        for text in texts
        if text.casefold() not in programmes and len(text) > most
    ]


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
    known, programmes = _known(lines), _programmes(lines)
    made = []
    for line, said in zip(lines, judge(lines, organisation=organisation), strict=True):
        if said.state == "new":
            made.append(_make(line, known, programmes, organisation, by))
    return made


def _make(
    line: Read,
    known: Mapping[str, Any],
    programmes: Mapping[str, Programme],
    organisation: Organisation | None,
    by: User,
) -> Project:
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
    for name, entries in line.parts.items():
        model, _fields = LAYOUTS[name]
        for position, entry in enumerate(entries):
            values = _paid_by(entry, programmes) if name == "financing" else entry
            model._default_manager.create(project=project, position=position, **values)
    Project.objects.get(pk=project.pk).save_revision(user=by)
    return project


def _paid_by(entry: Mapping[str, Any], programmes: Mapping[str, Programme]) -> dict[str, Any]:
    """Return where money came from: a programme that the portal knows, else the words."""
    programme = programmes.get(entry["text"].casefold())
    return {**entry, "programme": programme, "text": "" if programme else entry["text"]}


def _organisation_of(place: Any) -> Organisation | None:
    return Organisation.objects.filter(**{place._meta.model_name: place}).first()
