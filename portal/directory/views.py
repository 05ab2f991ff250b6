"""The register's lists, the choice of one's own municipality, suggestions while typing, the map of Germany."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.api import problem_response
from portal.directory import choice, facts, maps
from portal.directory.filtersets import (
    AssociationFilterSet,
    DistrictFilterSet,
    LandFilterSet,
    MunicipalityFilterSet,
)
from portal.directory.models import Association, District, Land, Municipality, Place
from portal.directory.places import distinct_labels, find_places
from portal.filters import MAX_TEXT
from portal.middleware import require_same_origin
from portal.views import FilteredListView

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

SUGGESTIONS_CACHED_FOR = 300
MAP_CACHED_FOR = 24 * 3600


class MunicipalityListView(FilteredListView[Municipality]):
    """All municipalities; each can be chosen as one's own here, also without JavaScript."""

    model = Municipality
    filterset_class = MunicipalityFilterSet
    template_name = "directory/municipality_list.html"

    def get_queryset(self) -> QuerySet[Municipality]:
        """Join what a hit shows."""
        return super().get_queryset().select_related("district", "land", "association")


class GroupListView[P: Place](FilteredListView[P]):
    """A list of what consists of municipalities; its kind is in the words alone."""

    template_name = "directory/group_list.html"
    paginate_by = 50
    title: ClassVar["StrOrPromise"]
    search_label: ClassVar["StrOrPromise"]
    nothing_found: ClassVar["StrOrPromise"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the words."""
        words = {"title": self.title, "search_label": self.search_label, "nothing_found": self.nothing_found}
        return super().get_context_data(**words, **kwargs)


class DistrictListView(GroupListView[District]):
    """All districts."""

    model = District
    filterset_class = DistrictFilterSet
    title = gettext_lazy("Districts")
    search_label = gettext_lazy("Search districts")
    nothing_found = gettext_lazy("No district was found")

    def get_queryset(self) -> QuerySet[District]:
        """Join what a hit shows, and sum up its municipalities."""
        return facts.with_sums(super().get_queryset().select_related("land"), "district")


class AssociationListView(GroupListView[Association]):
    """All associations of municipalities."""

    model = Association
    filterset_class = AssociationFilterSet
    title = gettext_lazy("Associations of municipalities")
    search_label = gettext_lazy("Search associations of municipalities")
    nothing_found = gettext_lazy("No association of municipalities was found")

    def get_queryset(self) -> QuerySet[Association]:
        """Join what a hit shows, and sum up its municipalities."""
        return facts.with_sums(super().get_queryset().select_related("district__land"), "association")


class LandListView(GroupListView[Land]):
    """The Länder."""

    model = Land
    filterset_class = LandFilterSet
    title = gettext_lazy("Länder")
    search_label = gettext_lazy("Search the Länder")
    nothing_found = gettext_lazy("No Land was found")

    def get_queryset(self) -> QuerySet[Land]:
        """Sum up its municipalities."""
        return facts.with_sums(super().get_queryset(), "land")


@csrf_exempt
@require_POST
@require_same_origin
def choose_municipality(request: HttpRequest) -> HttpResponse:
    """Choose a municipality as one's own for this visit.

    Raises:
        Http404: there is no such municipality today.
    """
    place = choice.choosable(request.POST.get("municipality", ""))
    if place is None:
        raise Http404(_("There is no municipality with this key that could be chosen."))
    response = HttpResponseRedirect(_next_address(request, place.get_absolute_url()))
    choice.remember(response, place)
    return response


@csrf_exempt
@require_POST
@require_same_origin
def forget_municipality(request: HttpRequest) -> HttpResponse:
    """Remove the choice."""
    response = HttpResponseRedirect(_next_address(request, reverse("home")))
    choice.forget(response)
    return response


def _next_address(request: HttpRequest, default: str) -> str:
    """Return where the form wants to go on, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else default


@require_safe
def place_suggestions(request: HttpRequest) -> HttpResponse:
    """Answer what is being typed with the best places, as JSON."""
    text = request.GET.get("q", "")
    if len(text) > MAX_TEXT:
        return problem_response(
            HTTPStatus.BAD_REQUEST, _("The search text is longer than %(count)s characters.") % {"count": MAX_TEXT}
        )
    places = find_places(text)
    found = [
        {"ags": place.pk, "label": label, "url": place.get_absolute_url()}
        for place, label in zip(places, distinct_labels(places), strict=True)
    ]
    response = JsonResponse(found, safe=False)
    patch_cache_control(response, private=True, max_age=SUGGESTIONS_CACHED_FOR)
    return response


@require_safe
def germany_map(request: HttpRequest) -> HttpResponse:
    """Give the drawing of Germany that the pages' maps stand on."""
    version = maps.germany_version()
    etag = f'"{version}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(maps.germany(version), content_type="image/svg+xml")
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=MAP_CACHED_FOR)
    return response
