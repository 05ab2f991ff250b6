"""What the page of a project shows besides the project itself."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import JSONObject, RowNumber
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.areas import areas
from portal.charts import Cell, Column, Table
from portal.content.models import Rendition
from portal.directory.maps import Map, Point, degree_of, draw_spread, project
from portal.visibility import Viewer, visible_rows
from projects.models import (
    FURTHEST_FIRST,
    NEWEST_FIRST,
    Experience,
    Project,
    ProjectPlace,
    Reuse,
    number_served,
    with_places,
)
from projects.vocabularies import CostBand, Criterion, Phase, ReuseStage

PICTURE = "width-1200|format-webp"
"""The largest size in which a page shows a picture (``project_detail.html``)."""

SIMILAR, GUIDES = 4, 3
"""So many similar projects and guides are shown."""

SHOWN_OF_ONE = 5
"""Projects, and uses of others, that the page of an organisation, a place or a programme shows."""


def similar_to(one: Project, user: Viewer) -> list[Project]:
    """Return the published projects that serve the same fields with the same technology, the most alike first.

    Their places, and those of the project itself where it is published, come in one statement.
    """
    similar = list(_alike(one, user)[:SIMILAR]) if one.fields_of_action else []
    degrees = {"longitude": degree_of("longitude"), "latitude": degree_of("latitude")}
    prefetch_related_objects([*similar, *([one] if one.live else [])], with_places(**degrees))
    return similar


def _alike(one: Project, user: Viewer) -> "QuerySet[Project]":
    rows: Any = visible_rows(Project, user)
    found = rows.filter(live=True, fields_of_action__overlap=one.fields_of_action).exclude(pk=one.pk)
    alike = 2 * number_served(one.fields_of_action)
    for code in one.technologies:
        alike = alike + Case(
            When(technologies__contains=[code], then=Value(2)), default=Value(0), output_field=IntegerField()
        )
    alike = alike + Case(
        When(size_classes__overlap=one.size_classes or [""], then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    ordered = found.annotate(alike=alike).order_by("-alike", "-reuse_count", "title", "pk")
    without_places: QuerySet[Project] = ordered.for_lists().prefetch_related(None)
    return without_places


def guides_for(one: Project, user: Viewer) -> list[Any]:
    """Return guides of the centre on the fields of a project."""
    guides = next((one for one in areas.each("resources") if one.slug == "guides"), None)
    if guides is None or not guides.offers or not one.fields_of_action:
        return []
    rows: Any = visible_rows(guides.model, user)
    return list(rows.about(None, one.fields_of_action)[:GUIDES])


def reuses_of(one: Project) -> list[tuple[str, list[Reuse]]]:
    """Return who uses a project again, in groups: in use first, then planned, then interested.

    What each has seen of the effects stands in ``seen``, and comes in the same statement; so does where each lies.
    """
    if one.pk is None:
        return []
    seen = Experience.objects.filter(reuse=OuterRef("pk")).order_by("criterion")
    written = JSONObject(criterion="criterion", outcome="outcome", text="text", statements="statements")
    found = (
        Reuse.objects.filter(project=one)
        .with_parts()
        .annotate(
            written=ArraySubquery(seen.values_list(written)),
            longitude=degree_of("longitude", "organisation__"),
            latitude=degree_of("latitude", "organisation__"),
        )
    )
    rows: list[Any] = list(found.order_by("-since_on", "pk"))
    for reuse in rows:
        reuse.project = one
        reuse.seen = [Experience(reuse=reuse, **values) for values in reuse.written]
    groups = [(str(stage.label), [one for one in rows if one.stage == stage]) for stage in FURTHEST_FIRST]
    return [(name, group) for name, group in groups if group]


def said_by_others(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """Return cost and effort of those who use it again, and what they have seen, as lines; empty for nothing.

    Args:
        summary: of ``summary_of()``.
    """
    costs = "; ".join(str(CostBand(one["cost_band"]).label) for one in summary["costs"])
    days = summary["effort_days"]
    between = " – ".join(number_format(day) for day in dict.fromkeys([*days[:1], *days[-1:]]))
    seen = "; ".join(
        f"{Criterion(one['criterion']).label}: {Experience.Outcome(one['outcome']).label} ({one['number']})"
        for one in summary["outcomes"]
    )
    return [
        (_("Cost with others"), costs),
        (_("Effort with others in days of work"), between),
        (_("What others have seen"), seen),
    ]


def fetch_pictures(projects: Sequence[Project]) -> None:
    """Fetch the pictures of projects as readers get them (``PICTURE``), in one statement; needs ``fetch_parts``."""
    pictures = [one for project in projects for one in project.pictures.all()]
    found: dict[int, list[Rendition]] = defaultdict(list)
    if pictures:
        for rendition in Rendition.objects.filter(image__in=[one.image_id for one in pictures], filter_spec=PICTURE):
            found[rendition.image_id].append(rendition)
    for one in pictures:
        one.image.prefetched_renditions = found[one.image_id]


def count_reuse(projects: Sequence[Any]) -> None:
    """Count what others say who use projects again, in one statement, into ``reuse_summary`` of each."""
    seen = Experience.objects.filter(reuse=OuterRef("pk")).order_by("criterion")
    written = ArraySubquery(seen.values_list(JSONObject(criterion="criterion", outcome="outcome")))
    found = Reuse.objects.filter(project__in=[one.pk for one in projects]).annotate(written=written)
    rows: Any = found.only("project", "stage", "cost_band", "effort_days").order_by("effort_days", "pk")
    said: dict[int, list[Any]] = defaultdict(list)
    for reuse in rows:
        said[reuse.project_id].append(reuse)
    for one in projects:
        one.reuse_summary = summary_of(said[one.pk])


def summary_of(reuses: Sequence[Any]) -> dict[str, Any]:
    """Count stages, outcomes and costs of uses, each with its outcomes in ``written``; days of work in their order."""
    outcomes = Counter((one["criterion"], one["outcome"]) for reuse in reuses for one in reuse.written)
    stages = Counter(reuse.stage for reuse in reuses)
    costs = Counter(reuse.cost_band for reuse in reuses)
    return {
        "stages": [{"stage": stage, "number": stages[stage]} for stage in FURTHEST_FIRST if stages[stage]],
        "outcomes": [
            {"criterion": criterion, "outcome": outcome, "number": outcomes[criterion, outcome]}
            for criterion in Criterion
            for outcome in Experience.Outcome
            if outcomes[criterion, outcome]
        ],
        "costs": [{"cost_band": band, "number": costs[band]} for band in CostBand if costs[band]],
        "effort_days": sorted(reuse.effort_days for reuse in reuses if reuse.effort_days is not None),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A project on the page of something else, with its phase; of one that is used again, how far and since when."""

    title: str
    url: str
    detail: str
    since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The first of a list, how many there are, and where all of them are; empty where no list can show them."""

    rows: list[Shown]
    number: int
    url: str


def done_and_used(
    *,
    heading: str,
    own: "QuerySet[Project]",
    own_query: dict[str, str],
    uses: "QuerySet[Reuse]",
    uses_query: dict[str, str],
) -> dict[str, Any] | None:
    """Return the published projects of somebody, and what somebody uses again, in one statement; None without either.

    The queries find the same in the list.
    """
    done = _numbered(own.filter(live=True), "title", use=Value(""), since=Value(None, DateField()))
    used = _numbered(uses, "-since_on", to="project__", use=F("stage"), since=F("since_on"))
    rows = list(done.union(used, all=True).order_by())
    parts = {
        "projects": _part([row for row in rows if not row["use"]], own_query),
        "reuses": _part([row for row in rows if row["use"]], uses_query),
    }
    return {"heading": heading, **parts} if rows else None


def paid_for(paid: "QuerySet[Project]", query: dict[str, str]) -> dict[str, Any] | None:
    """Return the published projects that a funding programme has paid for, the newest first; None without any."""
    rows = list(_numbered(paid.filter(live=True), NEWEST_FIRST, use=Value(""), since=Value(None, DateField())))
    return {"projects": _part(rows, query)} if rows else None


def _numbered(found: "QuerySet[Any]", order: Any, to: str = "", **of_the_use: Any) -> "QuerySet[Any]":
    """Return the first of a list, each row with its place in it and with the number of all.

    Args:
        found: projects, or rows that lead to a project by the path ``to``.
        order: what they are sorted by.
        to: the path.
        of_the_use: stage and day of a use.
    """
    place = Window(RowNumber(), order_by=[order, "pk"])
    named = {"name": F(f"{to}title"), "key": F(f"{to}slug"), "how_far": F(f"{to}phase"), **of_the_use}
    counted = {"place": place, "counted": Window(Count("pk"))}
    return found.order_by().values(**named, **counted).order_by("place")[:SHOWN_OF_ONE]


def _part(rows: list[dict[str, Any]], query: dict[str, str]) -> Part:
    shown = [
        Shown(
            title=row["name"],
            url=reverse("projects:project_detail", args=[row["key"]]),
            detail=str(ReuseStage(row["use"]).label if row["use"] else Phase(row["how_far"]).label),
            since=row["since"],
        )
        for row in sorted(rows, key=itemgetter("place"))
    ]
    url = f"{reverse('projects:project_list')}?{urlencode(query)}" if query else ""
    return Part(rows=shown, number=rows[0]["counted"] if rows else 0, url=url)


def map_of(one: Project, reuses: list[tuple[str, list[Reuse]]], germany_url: str) -> Map | None:
    """Draw where a project comes from and who uses it again or wants to; None where nobody with a place says so.

    An association or a district lies in the middle of its municipalities.
    """
    own = [(place, _named_place(place), _("The original")) for place in one.places.all()]
    others = [
        (reuse, _named_organisation(reuse), label)
        for label, group in reuses
        for reuse in group
        if reuse.stage != ReuseStage.ENDED
    ]
    origins, spread = ([at for thing, *_words in group if (at := _point(thing))] for group in (own, others))
    if not spread:
        return None
    title = _("Where it is used")
    description = _(
        "Dot with a ring: the original. Open rings: who uses it again, or wants to. Associations and districts stand in"
        " the middle of their municipalities."
    )
    svg = draw_spread(title=title, description=description, germany_url=germany_url, origins=origins, others=spread)
    rows = [[name, Cell(str(label))] for thing, name, label in [*own, *others] if _point(thing)]
    columns = [Column(_("Place"), numeric=False), Column(_("How far"), numeric=False)]
    return Map(title=title, description=description, svg=svg, table=Table(columns=columns, rows=rows))


def _point(thing: Any) -> Point | None:
    """Return where something lies whose degrees came with it; None where they are unknown, and of a draft."""
    east, north = getattr(thing, "longitude", None), getattr(thing, "latitude", None)
    return None if east is None or north is None else project(east, north)


def _named_place(place: ProjectPlace) -> Cell:
    at = place.place
    return Cell(place.label(), url=at.get_absolute_url() if at else "")


def _named_organisation(reuse: Reuse) -> Cell:
    at = reuse.organisation.municipality
    if at is not None:
        return Cell(at.label(), url=at.get_absolute_url())
    return Cell(reuse.organisation.name, url=reuse.organisation.get_absolute_url())


def json_ld(one: Project, base: str) -> dict[str, Any]:
    """Describe a project for machines, by schema.org.

    Args:
        one: the project.
        base: address of the portal.
    """
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Project" if not one.repository else "SoftwareSourceCode",
        "name": one.title,
        "description": one.summary,
        "url": base + one.get_absolute_url(),
        "keywords": [*one.labels("fields_of_action"), *one.labels("technologies")],
    }
    if one.repository:
        described["codeRepository"] = one.repository
        described["creator"] = {"@type": "Organization", "name": one.organisation.name} if one.organisation else None
        if one.licence not in {"", "none", "proprietary"}:
            described["license"] = f"https://spdx.org/licenses/{one.licence}.html"
    else:
        described["foundingDate"] = one.started_on.isoformat() if one.started_on else None
        described["location"] = [{"@type": "Place", "name": name} for name in one.place_names()]
    return {name: value for name, value in described.items() if value}
