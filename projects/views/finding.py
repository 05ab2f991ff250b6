"""Finding projects: list, map, matrix, comparison, files, and the page of one."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.admin_url_finder import AdminURLFinder

from portal import counting, exports
from portal.areas import areas
from portal.choosing import Choice, Texts
from portal.content.services.links import states_of
from portal.directory.acting import acting_organisation
from portal.directory.services import my_municipality
from portal.directory.vocabularies import FieldOfAction
from portal.errors import RefusedError
from portal.filters import FacetResult
from portal.permissions import enforce
from portal.views import FilteredListView, VisibleDetailView
from portal.visibility import visible_rows
from projects.filtersets import ProjectFilterSet
from projects.indicators import IN_VAIN, SEARCHES
from projects.models import Project, ProjectQuerySet, fetch_parts
from projects.permissions import can_confirm, can_edit, can_reuse, can_see_inside, can_write
from projects.services import exporting, overview, showing
from projects.services.comparing import MOST_COMPARED, compare
from projects.services.publishing import version_of
from projects.views.common import trail, visible_project
from projects.vocabularies import Country

if TYPE_CHECKING:
    from portal.directory.models import Municipality

PARAMETER = "projekt"

WITHOUT_FIELD = ("place", "programme", "organisation", "reused_by")
"""Filters that other pages set; the form keeps them."""


class FindsProjects(FilteredListView[Project]):
    """What list, map, matrix and files share: the filters, and the reader's municipality to start with."""

    model = Project
    filterset_class = ProjectFilterSet

    def presets(self) -> dict[str, str]:
        """Start with the reader's own municipality."""
        municipality = my_municipality(self.request)
        return {"municipality": municipality.pk} if municipality else {}

    @property
    def filters(self) -> ProjectFilterSet:
        """The filters, as what they are."""
        return cast("ProjectFilterSet", self.filterset)

    def found(self) -> "ProjectQuerySet":
        """Return what the filters find."""
        return cast("ProjectQuerySet", self.filterset.qs)

    def query_without(self, *names: str) -> str:
        """Return the parameters without some, for a link to another view of the same results."""
        query = self.request.GET.copy()
        for name in ("page", *names):
            query.pop(name, None)
        return query.urlencode()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add for which municipality is looked, the parameters for the other views, and filters without a field."""
        context = super().get_context_data(**kwargs)
        context["municipality"] = self.filters.municipality_asked
        context["query"] = self.query_without()
        context |= self._ways(context["municipality"])
        hidden = [(name, self.request.GET[name]) for name in WITHOUT_FIELD if self.request.GET.get(name)]
        context["hidden"] = hidden
        return context

    def _ways(self, asked: "Municipality | None") -> dict[str, Any]:
        """Say where the list is without a municipality, and for the one asked for or chosen."""
        ours = asked or my_municipality(self.request)
        without = self.query_without("municipality", "sort")
        rest = f"&{without}" if without else ""
        is_for_it = asked is not None and self.filters.form.cleaned_data["sort"] in {"", "match"}
        return {
            "here": "ours" if is_for_it else "list",
            "list_query": f"municipality={rest}",
            "ours_query": f"municipality={ours.pk}{rest}" if ours else "",
            "own_fields": [FieldOfAction(field).label for field in asked.fields_of_action or ()] if asked else [],
        }


class ProjectListView(FindsProjects):
    """Find projects."""

    template_name = "projects/project_list.html"

    def get_queryset(self) -> QuerySet[Project]:
        """Leave out the long texts."""
        return cast("ProjectQuerySet", super().get_queryset()).for_lists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count searches, and those in vain."""
        context = super().get_context_data(**kwargs)
        if self.filters.data.get("q") and not self.filters.problems and "page" not in self.request.GET:
            counting.count(SEARCHES)
            if not context["count"]:
                counting.count(IN_VAIN)
        return context


class Overview(FindsProjects):
    """What the filters find as one picture; nothing is listed, so there are no pages."""

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        """List nothing."""
        paginator, page, _rows, _more = super().paginate_queryset(queryset.none(), page_size)
        return paginator, page, [], False


class ProjectMapView(Overview):
    """The projects that the filters find on a map: Germany by Land, or the places of one Land."""

    template_name = "projects/project_map.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Draw it."""
        context = super().get_context_data(trail=trail(), **kwargs)
        if self.filters.problems:
            return context
        chosen = self.filters.form.cleaned_data["land"]
        land = chosen[0] if len(chosen) == 1 else ""
        context["map"] = overview.overview_map(
            self.found(),
            self.filters.filtered(without="land"),
            land=land,
            query=self.query_without("land", "place"),
            germany_url=reverse("directory:germany_map"),
        )
        context["land"] = land
        context["abroad"] = self._abroad(context["facets"])
        context["germany_query"] = self.query_without("land", "place")
        return context

    def _abroad(self, facets: list[FacetResult]) -> tuple[int, str]:
        """Say how many of the projects found are abroad, where this map does not reach, and where they are listed."""
        lines = next(facet["values"] for facet in facets if facet["name"] == "country")
        counted = [line for line in lines if line["selected"]] or lines
        abroad = [line for line in counted if line["value"] != Country.DE and line["count"]]
        query = urlencode([("country", line["value"]) for line in abroad])
        rest = self.query_without("country")
        address = f"{reverse('projects:project_list')}?{query}{'&' if rest else ''}{rest}"
        return sum(line["count"] for line in abroad), address


class ProjectMatrixView(Overview):
    """How many projects there are for each field of action in each phase."""

    template_name = "projects/project_matrix.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count."""
        context = super().get_context_data(trail=trail(), **kwargs)
        if not self.filters.problems:
            context["chart"] = overview.matrix(self.found(), self.query_without("action", "phase"))
        return context


MOST_FEATURES = 5_000
"""Projects in one file with coordinates."""


class ListExportView(FindsProjects):
    """What a list finds, as CSV, XLSX, PDF, JSON or GeoJSON."""

    def presets(self) -> dict[str, str]:
        """Take the address as it is."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - nothing needed
        """Write it.

        Raises:
            Http404: there is no such format.
            RefusedError: a parameter cannot be understood, or there are too many for one file.
        """
        if problems := self.filterset.named_problems:
            raise RefusedError(" ".join(message for _name, _label, messages in problems for message in messages))
        name = kwargs["kind"]
        found = self.found()
        if name in {"json", "geojson"}:
            exports.refuse_too_many("csv", found.count())
            return _as_json(request, name, found)
        kind = exports.format_of(name)
        exports.refuse_too_many(kind, found.count())
        if kind == "pdf":
            rows = [exporting.printed_row(one) for one in found.for_lists()]
            return exports.download(kind, "projekte", exporting.printed_header(), rows, title=_("Projects"))
        whole = (exporting.row(one) for one in exporting.read_whole(found))
        return exports.download(kind, "projekte", exporting.header(), whole)


def _as_json(request: HttpRequest, name: str, found: "ProjectQuerySet") -> HttpResponse:
    if name == "geojson":
        written = json.dumps(overview.geojson(found.for_lists(), settings.SITE_URL), ensure_ascii=False, default=str)
    else:
        rows = (json.dumps(one, ensure_ascii=False, default=str) for one in _as_the_api_says(request, found))
        written = f"[{',\n'.join(rows)}]"
    media = "application/geo+json" if name == "geojson" else "application/json"
    response = HttpResponse(written, content_type=f"{media}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="projekte.{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _as_the_api_says(request: HttpRequest, found: "ProjectQuerySet") -> Iterator[dict[str, Any]]:
    """Yield what the API answers of each: one description of a project for machines, not two."""
    view: Any = areas.resource_of(Project).viewset()
    serializer = view.serializer_class(context={"request": request})
    whole = found.for_lists().defer(None).iterator(chunk_size=exporting.TOGETHER)
    for chunk in batched(whole, exporting.TOGETHER):
        yield from map(serializer.to_representation, view.with_parts(chunk))


class ProjectDetailView(VisibleDetailView[Project]):
    """One project."""

    model = Project
    template_name = "projects/project_detail.html"

    def get_queryset(self) -> QuerySet[Project]:
        """Fetch who writes it; the parts come in one statement, and the places with those of similar projects."""
        return super().get_queryset().select_related("organisation")

    def get_object(self, queryset: QuerySet[Project] | None = None) -> Project:
        """Show the version that readers see; of what is not published the newest one, to those who may see it."""
        found = super().get_object(queryset)
        if found.live:
            return fetch_parts([found])[0]
        return version_of(found)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add why it may help, what is like it, who uses it again, and what the reader may do."""
        one, user = self.object, self.request.user
        similar = showing.similar_to(one, user)
        municipality = my_municipality(self.request)
        organisation = acting_organisation(self.request)
        signed_in = user.is_authenticated
        reuses = showing.reuses_of(one)
        others = showing.summary_of([reuse for _label, group in reuses for reuse in group])
        inside = signed_in and bool(can_see_inside(user, one))
        context: dict[str, Any] = {
            "trail": one.trail(),
            "municipality": municipality,
            "reasons": one.reasons_for(municipality) if municipality else [],
            "similar": similar,
            "offers": showing.guides_for(one, user),
            "reuses": reuses,
            "map": showing.map_of(one, reuses, reverse("directory:germany_map")),
            "link_states": states_of(one),
            "json_ld": showing.json_ld(one, settings.SITE_URL),
            "facts": [
                *exporting.facts(one),
                *showing.said_by_others(others),
            ],
            "can_see_inside": inside,
            "can_write": signed_in and bool(can_write(user, one)),
            "can_confirm": inside and one.live and bool(can_confirm(user, one)),
            "edit_url": AdminURLFinder(user).get_edit_url(one) if signed_in and can_edit(user) else None,
            "reuses_for": _reuses_for(self.request, one, organisation),
            "is_what_readers_see": one.live,
            "hides_texts": signed_in and bool(can_edit(user)),
        }
        return super().get_context_data(**(context | kwargs))


class ProjectVersionView(LoginRequiredMixin, ProjectDetailView):
    """The newest version of a project as readers would see it, for those who write or review it."""

    def get_object(self, queryset: QuerySet[Project] | None = None) -> Project:
        """Fetch it; the published version is not touched by looking."""
        found = VisibleDetailView.get_object(self, queryset)
        enforce(can_see_inside(self.request.user, found))
        return version_of(found)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say that readers do not see this one."""
        inside = (self.object.title, reverse("projects:project_inside", args=[self.object.slug]))
        return super().get_context_data(is_what_readers_see=False, trail=trail(inside), **kwargs)


def _reuses_for(request: HttpRequest, one: Project, organisation: Any) -> str:
    """Return the name of the organisation for which the reader may say that it uses this again; empty for none."""
    if organisation is None or not one.live or organisation.pk == one.organisation_id:
        return ""
    return str(organisation.name) if can_reuse(request.user, organisation) else ""


@require_safe
def project_profile(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the profile of a project as a PDF for the council."""
    found = visible_project(request, slug)
    one = fetch_parts([found])[0] if found.live else version_of(found)
    response = HttpResponse(exporting.profile(one), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="steckbrief-{one.slug}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


class ComparisonView(TemplateView):
    """What decides between projects, line by line; the address holds which."""

    template_name = "choosing/comparison.html"

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        """Show the table, on request as a workbook."""
        choice = projects_of(request)
        municipality: Municipality | None = my_municipality(request)
        rows = compare(fetch_parts(choice.things), municipality) if choice.things else []
        if rows and request.GET.get("als") == "xlsx":
            header = ["", *(one.title for one in choice.things)]
            return exports.download("xlsx", "projektvergleich", header, [[row.label, *row.values] for row in rows])
        context = self.get_context_data(
            trail=trail(),
            choice=choice,
            heading=_("Compare projects"),
            plural=_("Projects"),
            nothing=_("No project is chosen yet. Look for one here, or open a project and choose “Compare”."),
            things=[{"label": one.title, "url": one.get_absolute_url()} for one in choice.things],
            rows=rows,
            xlsx_url=choice.query(als="xlsx"),
            **kwargs,
        )
        status = HTTPStatus.BAD_REQUEST if choice.problem else HTTPStatus.OK
        return self.render_to_response(context, status=status)


def projects_of(request: HttpRequest) -> Choice:
    """Return the projects that an address names; see ``portal.choosing.Choice``."""
    rows = cast("ProjectQuerySet", visible_rows(Project, request.user)).filter(live=True).for_lists().defer(None)
    too_many = ngettext(
        "At most %(most)s project is possible.", "At most %(most)s projects are possible.", MOST_COMPARED
    )
    texts = Texts(
        too_many=too_many % {"most": MOST_COMPARED},
        gone=_("One of the projects is no longer there; it is left out."),
        nothing_found=_("No project that could be added has these words in its title."),
        add=_("Add a project"),
    )
    return Choice(request, rows, parameter=PARAMETER, most=MOST_COMPARED, texts=texts)
