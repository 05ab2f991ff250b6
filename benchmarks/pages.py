"""What is measured: the pages, the addresses asked for in turn, and which of a page's statements is its bare work."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from urllib.parse import urlencode

from django.urls import reverse

from funding.models import Programme
from portal.directory.models import Municipality
from projects.models import Project

VARIANTS = 24
"""Addresses of one page: enough that no answer is just the one before it again."""

WORDS = (
    "Digitalisierung",
    "Breitband",
    "Radverkehr",
    "Wärmeplanung",
    "Pflege",
    "Kommunen Beratung",
    "Klimaschutz",
    "Gemeinden",
)
"""Search texts, from what every programme says to what few do."""

APPLICANT = "kommune"

TYPED_FROM_NAMES: tuple[Callable[[str], str], ...] = (
    lambda name: name,
    lambda name: name[:3],
    lambda name: name[: max(3, len(name) // 2)],
    lambda name: name[1:],
    lambda name: name[:2] + name[3:],  # a letter forgotten
    lambda name: name[:-2] + name[-1] + name[-2],  # two letters swapped
)
"""What people type for a place: all of it, its beginning, a part of it, with a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One kind of page.

    Attributes:
        slug: names it in the results.
        label: names it in the table.
        paths: its addresses, asked for in turn.
        bare: patterns of the one statement that fetches what the page is about; the first one that any of its
            statements has counts (a list without results sends no statement for its rows).
        typed: for the place search, the texts behind the addresses.
        is_held_to_sql: whether the page may take three times as long as all its statements, and no longer.
    """

    slug: str
    label: str
    paths: Sequence[str]
    bare: Sequence[str]
    typed: Sequence[str] = ()
    is_held_to_sql: bool = False


def pages_named(beginnings: Sequence[str]) -> list[Page]:
    """Return the pages whose slugs begin with one of these; all of them where nothing is named.

    Raises:
        RuntimeError: a beginning is that of no page.
    """
    every = pages()
    for beginning in beginnings:
        if not any(page.slug.startswith(beginning) for page in every):
            known = ", ".join(page.slug for page in every)
            raise RuntimeError(f"--pages: no page is called “{beginning}”. There are: {known}.")
    return [page for page in every if page.slug.startswith(tuple(beginnings))] if beginnings else every


def pages() -> list[Page]:
    """Return what is measured, with addresses taken from the database; the same ones for the same data."""
    municipalities = _spread(
        Municipality.objects.current().municipalities().with_places().filter(population__gte=500).order_by("ags")
    )
    programmes = _spread(Programme.objects.filter(live=True).only("slug").order_by("slug"))
    programme_list = reverse("funding:programme_list")
    projects = _spread(Project.objects.filter(live=True).only("slug").order_by("slug"))
    project_rows = (r'FROM "projects_project".* LIMIT \d+$', 'FROM "projects_project"')
    searched = [
        _address(programme_list, q=word, municipality=place.pk, applicant=APPLICANT)
        for word, place in zip(cycle(WORDS), municipalities, strict=False)
    ]
    typed = [
        text
        for change, place in zip(cycle(TYPED_FROM_NAMES), municipalities, strict=False)
        for text in (change(place.name), place.ags)[: 2 if place is municipalities[0] else 1]
    ]
    rows = (r'FROM "funding_programme".* LIMIT \d+$', 'FROM "funding_programme"')
    return [
        Page(slug="list-searched", label="list: text, municipality, facet", paths=searched, bare=rows),
        Page(
            slug="list-match",
            label="list: what fits a municipality",
            paths=[_address(programme_list, municipality=place.pk, fit="fits") for place in municipalities],
            bare=rows,
        ),
        Page(slug="list", label="list, unfiltered", paths=[programme_list], bare=rows),
        Page(slug="api-list", label="API list of 50", paths=[reverse("api:funding-programmes-list")], bare=rows),
        Page(
            slug="place-search",
            label="place search",
            paths=[_address(reverse("directory:place_suggestions"), q=text) for text in typed],
            bare=["directory_placename"],
            typed=typed,
        ),
        Page(
            slug="municipality",
            label="municipality",
            paths=[place.get_absolute_url() for place in municipalities],
            bare=['FROM "directory_municipality".*"ags" = '],
        ),
        Page(
            slug="programme",
            label="funding programme",
            paths=[programme.get_absolute_url() for programme in programmes],
            bare=['FROM "funding_programme".*"slug" = '],
        ),
        Page(
            slug="actors",
            label="actors: text, Land",
            paths=[
                _address(reverse("directory:organisation_list"), q=place.name[:4], land=place.ags[:2])
                for place in municipalities
            ],
            bare=(r'FROM "directory_organisation".* LIMIT \d+$', 'FROM "directory_organisation"'),
        ),
        Page(
            slug="organisation",
            label="organisation",
            paths=[reverse("directory:organisation_detail", args=[place.ags]) for place in municipalities],
            bare=['FROM "directory_organisation".*"slug" = '],
        ),
        Page(
            slug="search",
            label="search in everything",
            paths=[_address(reverse("search:results"), q=word) for word in WORDS],
            bare=(r'FROM "search_entry".* LIMIT \d+$', 'FROM "search_entry"'),
        ),
        Page(
            slug="suggestions",
            label="suggestions while typing",
            paths=[_address(reverse("search:suggest"), q=word[: 3 + n % 5]) for n, word in enumerate(WORDS)],
            bare=['FROM "search_entry"'],
            is_held_to_sql=True,
        ),
        Page(
            slug="projects",
            label="projects: for a municipality",
            paths=[_address(reverse("projects:project_list"), municipality=place.pk) for place in municipalities],
            bare=project_rows,
        ),
        Page(
            slug="projects-searched",
            label="projects: text, for a municipality",
            paths=[
                _address(reverse("projects:project_list"), q=word, municipality=place.pk)
                for word, place in zip(cycle(WORDS), municipalities, strict=False)
            ],
            bare=project_rows,
        ),
        Page(
            slug="projects-geojson",
            label="API: projects as GeoJSON, 200",
            paths=[_address(reverse("api:projects-geojson"), limit="200")]
            + [_address(reverse("api:projects-geojson"), limit="200", land=f"{land:02}") for land in range(1, 17)],
            bare=project_rows,
        ),
        Page(
            slug="projects-map",
            label="map of the projects",
            paths=[reverse("projects:project_map")]
            + [_address(reverse("projects:project_map"), land=f"{land:02}") for land in range(1, 17)],
            bare=['FROM "projects_projectplace"'],
        ),
        Page(
            slug="projects-matrix",
            label="projects, field × phase",
            paths=[reverse("projects:project_matrix")],
            bare=['FROM "projects_project"'],
        ),
        Page(
            slug="project",
            label="project",
            paths=[one.get_absolute_url() for one in projects],
            bare=['FROM "projects_project".*"slug" = '],
        ),
        Page(
            slug="projects-match",
            label="API: ranking for a municipality",
            paths=[_address(reverse("api:projects-match"), municipality=place.pk) for place in municipalities],
            bare=project_rows,
        ),
        Page(slug="home", label="home", paths=[reverse("home")], bare=[""]),
    ]


def _spread[T](found: Iterable[T]) -> list[T]:
    """Take rows at equal distances, so that they are of every kind and Land."""
    rows = list(found)
    return list(islice(rows, 0, None, max(1, len(rows) // VARIANTS)))[:VARIANTS]


def _address(path: str, **parameters: str) -> str:
    return f"{path}?{urlencode(parameters)}"
