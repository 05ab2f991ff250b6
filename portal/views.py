"""Base views: the filtered list and the page of one thing, both limited to what the reader may see."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.paginator import EmptyPage, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from portal.filters import FilterSet
from portal.visibility import visible_rows

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django_htmx.middleware import HtmxDetails

    class HtmxHttpRequest(HttpRequest):
        """A request after the htmx middleware."""

        htmx: HtmxDetails


class VisibleMixin[M: Model]:
    """Starts every query from what the reader may see; anything else is a 404."""

    model: type[M]
    request: HttpRequest

    def get_queryset(self) -> QuerySet[M]:
        """Return the rows the reader may know of."""
        return visible_rows(self.model, self.request.user)


class VisibleDetailView[M: Model](VisibleMixin[M], DetailView[M]):
    """The page of one thing."""


class FilteredListView[M: Model](VisibleMixin[M], ListView[M]):  # type: ignore[misc] # Django allows a list view without a model; ours has one
    """A list with filters, facets, counts and pages; its whole state is in the address.

    It works without JavaScript. For htmx it answers with the template's partial ``results`` alone. A parameter that
    cannot be understood is answered with status 400: the page with the message and the values kept, without results.
    """

    filterset_class: ClassVar[type[FilterSet]]
    paginate_by = 20
    reserved: ClassVar[frozenset[str]] = frozenset({"page"})
    request: "HtmxHttpRequest"

    def presets(self) -> dict[str, str]:
        """Name parameters to fill in when the address lacks them, for example the reader's municipality."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Fill in presets by a redirect, so that the address tells all; then list."""
        missing = {name: value for name, value in self.presets().items() if name not in request.GET}
        if missing:
            query = request.GET.copy()
            query.update(missing)
            response = HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
            response["Cache-Control"] = "private, no-store"
            return response
        return super().get(request, *args, **kwargs)

    @cached_property
    def filterset(self) -> FilterSet:
        """The filters with this request's parameters."""
        return self.filterset_class(
            self.request.GET, super().get_queryset(), request=self.request, reserved=self.reserved
        )

    def get_queryset(self) -> QuerySet[M]:
        """Return what the filters found."""
        return self.filterset.qs

    @cached_property
    def counted(self) -> tuple[int, list[Any]]:
        """The number of results and the facets."""
        return self.filterset.counts()

    def get_paginator(self, queryset: Any, per_page: int, **kwargs: Any) -> "CountedPaginator":  # type: ignore[override] # narrower on purpose
        """Use the number that the facets' statement has counted already."""
        kwargs.pop("orphans", None)
        return CountedPaginator(queryset, per_page, count=self.counted[0], **kwargs)

    def paginate_queryset(self, queryset: Any, page_size: int) -> "tuple[Any, Page[M], Any, bool]":
        """Cut out the page asked for.

        Raises:
            Http404: there is no such page.
        """
        asked = self.request.GET.getlist("page") or ["1"]
        paginator = self.get_paginator(queryset, page_size)
        number = asked[0]
        if len(asked) > 1 or not (number.isascii() and number.isdigit() and len(number) <= MAX_PAGE_DIGITS):
            raise Http404(_("There is no page “%(page)s”.") % {"page": number[:40].replace("\x00", "")})
        try:
            page = paginator.page(int(number))
        except EmptyPage as error:
            message = _("There is no page %(page)s: the list has %(count)s.")
            raise Http404(message % {"page": number, "count": paginator.num_pages}) from error
        return paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the template the filters, the facets, the active filters and the problems."""
        count, facets = self.counted
        active = self.filterset.active()
        for entry in active:
            entry["remove_url"] = f"{self.request.path}?{entry['query_without']}"
        return super().get_context_data(
            filterset=self.filterset,
            form=self.filterset.form,
            count=count,
            facets=facets,
            active_filters=active,
            clear_url=f"{self.request.path}?{self._query_of_nothing()}",
            problems=self.filterset.problems,
            result_id="results",
            **kwargs,
        )

    def _query_of_nothing(self) -> str:
        empty = QueryDict(mutable=True)
        for name in self.filterset.kept_empty & set(self.filterset.filters):
            empty[name] = ""
        return empty.urlencode()

    def get_template_names(self) -> list[str]:
        """Answer htmx with the results alone."""
        names = super().get_template_names()
        if self.request.htmx and not self.request.htmx.boosted and not self.request.htmx.history_restore_request:
            return [f"{names[0]}#results"]
        return names

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer 400 when a parameter could not be understood; tell caches that htmx gets something else."""
        if self.filterset.problems:
            kwargs["status"] = 400
        response = super().render_to_response(context, **kwargs)
        response["Vary"] = "HX-Request, Cookie"
        return response


MAX_PAGE_DIGITS = 9
"""A page number with more digits than this is refused unread."""


class CountedPaginator(Paginator[Any]):
    """A paginator that is told the count, because the facets' statement counts anyway."""

    def __init__(self, object_list: Any, per_page: int, *, count: int, **kwargs: Any) -> None:
        """Take the count of ``object_list``."""
        super().__init__(object_list, per_page, **kwargs)
        self.count = count

    count = 0
