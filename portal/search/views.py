"""The page of the search."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchHeadline
from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.api import problem_response
from portal.filters import MAX_TEXT
from portal.middleware import require_same_origin
from portal.requests import only_reads
from portal.search.filtersets import KINDS, EntryFilterSet
from portal.search.marks import BEGIN, END
from portal.search.models import Entry
from portal.search.query import plain_words, terms_of
from portal.search.services import note_click, note_search
from portal.search.suggesting import suggestions
from portal.search.words import corrected, splitter
from portal.throttling import reader_of, within_limit
from portal.views import FilteredListView

SHORTEST_WORD = 5
"""Shorter words of a search are not worth being looked for alone."""

MOST_WORDS = 3
"""Words of a search that are offered to be looked for alone."""

ENOUGH = 10
"""Where so much is found, no other spelling is looked for."""

SUGGESTIONS_CACHED_FOR = 300
"""Seconds that a browser keeps suggestions for somebody who has not signed in."""

RESULTS_PER_HOUR = 600
"""Opened results that are counted from one network."""

PASSAGE: dict[str, Any] = {
    "min_words": 12,
    "max_words": 32,
    "max_fragments": 2,
    "short_word": 2,
    "fragment_delimiter": " … ",
}


class SearchView(FilteredListView[Entry]):
    """Everything that has the words and that the reader may know of, in one list, the best first."""

    model = Entry
    filterset_class = EntryFilterSet
    template_name = "search/results.html"

    @property
    def words(self) -> str:
        """What was typed."""
        return self.request.GET.get("q", "").replace("\x00", "").strip()

    @cached_property
    def typed(self) -> EntryFilterSet:
        """The filters with what was typed."""
        filters: EntryFilterSet = super().filterset
        return filters

    @cached_property
    def typed_counts(self) -> tuple[int, list[Any]]:
        """How much was found for what was typed, and the facets."""
        return self.typed.counts()

    @cached_property
    def counted(self) -> tuple[int, list[Any]]:
        """How much was found for what is searched for in the end; asked of the database once."""
        return self.typed_counts if self.filterset is self.typed else self.filterset.counts()

    @cached_property
    def correction(self) -> str:
        """What was typed, with known words in place of those that no text has; empty where nothing is to be mended."""
        if self.typed.problems or not self.words or self.typed_counts[0] >= ENOUGH:
            return ""
        words = plain_words(terms_of(self.words))
        better = corrected(words, splitter())
        return " ".join(better.get(word.lower(), word) for word in self.words.split()) if better else ""

    @cached_property
    def uses_correction(self) -> bool:
        """Whether nothing was found for what was typed, and the words were mended for that."""
        return bool(self.correction) and not self.typed_counts[0]

    @cached_property
    def filterset(self) -> EntryFilterSet:
        """The filters with what is searched for in the end: what was typed; else mended; else one of the words."""
        if self.uses_correction:
            mended = self._again(self.correction)
            return mended if mended.counts()[0] else self._again(self.correction, loosely=True)
        return self._again(self.words, loosely=True) if self.is_loose else self.typed

    @cached_property
    def is_loose(self) -> bool:
        """Whether nothing has all of the words, so that one of them has to do."""
        if self.typed.problems or not self.words or self.typed_counts[0]:
            return False
        words = plain_words(terms_of(self.correction or self.words))
        return len(words) > 1 or any(splitter().split(word) for word in words)

    def _again(self, words: str, *, loosely: bool = False) -> EntryFilterSet:
        data: QueryDict = self.request.GET.copy()
        data["q"] = words
        filters = EntryFilterSet(data, self.typed.queryset, request=self.request, reserved=self.reserved)
        filters.loosely = loosely
        return filters

    def get_queryset(self) -> Any:
        """Show nothing until something is asked for; show the passages that have the words."""
        found = super().get_queryset()
        if not self.asked:
            return found.none()
        found = found.defer("text", "text_parts", "parts", "keywords", "document")
        query = self.filterset.query
        if query is None:
            return found
        shown = Case(When(is_quotable=True, then=F("text")), default=Value(""), output_field=TextField())
        text = Concat("summary", Value(" "), shown, output_field=TextField())
        marks: dict[str, Any] = {"config": "german", "start_sel": BEGIN, "stop_sel": END}
        return found.annotate(
            marked_title=SearchHeadline(F("title"), query, highlight_all=True, **marks),
            passage=SearchHeadline(text, query, **PASSAGE, **marks),
        )

    @property
    def asked(self) -> bool:
        """Whether anything is searched for or filtered by."""
        return bool(self.words) or any(self.request.GET.getlist(facet.name) for facet in self.filterset_class.facets)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what was typed, what is offered in its place, and single words where nothing was found."""
        context = super().get_context_data(**kwargs)
        if self.asked and not context["count"] and not context["problems"]:
            context["single_words"] = _single_words(self.words)
        kinds = dict(KINDS)
        for entry in context["page_obj"]:
            entry.kind_label = kinds.get(entry.kind, "")
        address = reverse("search:results")
        return context | {
            "words": self.words,
            "asked": self.asked,
            "correction": self.correction,
            "correction_url": f"{address}?{urlencode({'q': self.correction})}",
            "uses_correction": self.uses_correction,
            "is_loose": self.filterset.loosely,
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the words and what they found, without anything about who typed them; a second page is no search."""
        response = super().get(request, *args, **kwargs)
        is_new = self.words and not self.typed.problems and "page" not in request.GET
        if is_new and request.method == "GET" and not only_reads(request):
            note_search(self.words, self.typed_counts[0])
        return response


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer what is being typed with places, titles and topics, as JSON."""
    text = request.GET.get("q", "")
    if len(text) > MAX_TEXT:
        return problem_response(
            HTTPStatus.BAD_REQUEST, _("The search text is longer than %(count)s characters.") % {"count": MAX_TEXT}
        )
    found = [{"label": one.label, "url": one.url} for one in suggestions(text.replace("\x00", ""), request.user)]
    response = JsonResponse(found, safe=False)
    patch_cache_control(response, private=True, max_age=0 if request.user.is_authenticated else SUGGESTIONS_CACHED_FOR)
    return response


@csrf_exempt
@require_POST
@require_same_origin
def opened(request: HttpRequest) -> HttpResponse:
    """Count that a result was opened; the page's script says so, and nothing else waits for it."""
    words, kind = (request.POST.get(name, "").replace("\x00", "")[:MAX_TEXT] for name in ("words", "kind"))
    if not only_reads(request) and within_limit("result", reader_of(request), per_hour=RESULTS_PER_HOUR):
        note_click(words, kind)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _single_words(words: str) -> list[dict[str, str]]:
    """Return the longer words of a search, each with the address that looks for it alone."""
    single = sorted(
        {word for word in plain_words(terms_of(words)) if len(word) >= SHORTEST_WORD}, key=len, reverse=True
    )
    address = reverse("search:results")
    offered = single[:MOST_WORDS] if len(words.split()) > 1 else []
    return [{"word": word, "url": f"{address}?{urlencode({'q': word})}"} for word in offered]
