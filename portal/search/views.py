"""The page of the search."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.filters import MAX_TEXT
from portal.requests import only_reads
from portal.search.finding import find
from portal.search.forms import SearchForm
from portal.search.services import note_empty_search

SHORTEST_WORD = 5
"""Shorter words of a search are not worth being looked for alone."""

MOST_WORDS = 3
"""Words of a search that are offered to be looked for alone."""


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show everything that the areas present and that has the words."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "words": request.GET.get("q", "").replace("\x00", ""), "max_length": MAX_TEXT}
        return render(request, "search/results.html", context, status=HTTPStatus.BAD_REQUEST)
    words = form.cleaned_data["q"]
    groups = find(words, request.user) if words else []
    if words and not groups and request.method == "GET" and not only_reads(request):
        note_empty_search(words)
    context = {
        "form": form,
        "words": words,
        "max_length": MAX_TEXT,
        "groups": groups,
        "count": sum(group.count for group in groups),
        "single_words": [] if groups else _single_words(words),
    }
    return render(request, "search/results.html", context)


def _single_words(words: str) -> list[dict[str, str]]:
    """Offer the longest words of a search without result, each to be looked for alone."""
    each = list(dict.fromkeys(words.split()))
    if len(each) == 1:
        return []
    longest = sorted((word for word in each if len(word) >= SHORTEST_WORD), key=len, reverse=True)[:MOST_WORDS]
    return [{"word": word, "url": f"{reverse('search:results')}?{urlencode({'q': word})}"} for word in longest]
