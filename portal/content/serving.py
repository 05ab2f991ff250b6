"""Which page answers an address, in two statements however deep it lies.

Wagtail walks the tree page by page, and asks for each page's site, language, kind and restrictions. Here there is one
site and nothing is restricted, so the page, those above it and its translations are one question, and the page with
all its texts is the second.
"""

from typing import Any

from django.db.models import Q, Subquery, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from wagtail import hooks
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from portal.content.models import ContentPage, HomePage
from portal.content.models.base import HOME_DEPTH
from portal.middleware import require_same_origin

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@csrf_exempt
def serve(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer with the page at this address, in the language that the address says.

    Forms of pages are for readers without an account: they are guarded by where they come from, without a cookie.

    Raises:
        Http404: nothing that is published stands there.
    """
    page, args, kwargs = page_at(request, path)
    for hook in hooks.get_hooks("before_serve_page"):
        answer = hook(page, request, args, kwargs)
        if isinstance(answer, HttpResponse):
            return answer
    view = page.serve if request.method in SAFE else require_same_origin(page.serve)
    response: HttpResponse = view(request, *args, **kwargs)
    return response


def page_at(request: HttpRequest, path: str) -> RouteResult:
    """Find the page of an address, and what of it is asked for.

    Raises:
        Http404: nothing that is published stands there.
    """
    parts = [part for part in path.split("/") if part]
    steps = ["".join(f"{part}/" for part in parts[:count]) for count in range(len(parts) + 1)]
    found = _along(steps)
    if not found:
        raise Http404
    home_path = found[0].home_path
    rows = {row.url_path: row for row in found}
    above = [rows[home_path + step] for step in steps if home_path + step in rows]
    page: Any = above.pop()
    specific = page.specific
    if isinstance(specific, ContentPage):
        specific.locale = page.locale
        specific.trail_known = [row for row in above if row.live and row.depth > HOME_DEPTH]
        specific.translations_known = [row for row in found if row.translation_key == page.translation_key and row.live]
    result: RouteResult = specific.route(request, parts[page.depth - HOME_DEPTH :])
    return result


def _along(steps: list[str]) -> list[Page]:
    """Return the home page of the language of now, the pages on the way down, and all translations of the last one."""
    home = Subquery(
        HomePage.objects.filter(depth=HOME_DEPTH, locale__language_code=get_language()).values("url_path")[:1]
    )
    last = Page.objects.filter(url_path=Concat(home, Value(steps[-1])))
    on_the_way = Q(url_path__in=[Concat(home, Value(step)) for step in steps])
    translated = Q(translation_key__in=last.values("translation_key"))
    rows = Page.objects.filter(on_the_way | translated, depth__gte=HOME_DEPTH).select_related("locale")
    return list(rows.annotate(home_path=home))
