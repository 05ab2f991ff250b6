"""Counting visits and downloads: the page and the day, nothing else. No cookie, no address, no session."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.counting import count
from portal.evaluation.services.counting import DOWNLOADS, VISITS

BOTS = re.compile(
    r"bot|crawl|spider|slurp|scan|monitor|preview|headless|http|curl|wget|python|java/|go-|axios", re.IGNORECASE
)
"""In the names of programs that are no readers; an empty name is none either."""

NOT_COUNTED = ("/redaktion/", "/konto/", "/api/", "/static/", "/media/")

PAGES_OF_EDITORS = "wagtail_serve"
"""Of these the address is counted, which names no person; of others only which kind of page it was: addresses of
mails and invitations hold keys."""


def count_visits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: count what was read, after the answer is made."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "GET" and response.status_code == 200 and _is_reader(request):  # noqa: PLR2004 - the protocol's number
            match = request.resolver_match
            name = match.view_name if match is not None else ""
            if "attachment" in response.get("Content-Disposition", ""):
                count(DOWNLOADS, name)
            elif response.get("Content-Type", "").startswith("text/html"):
                count(VISITS, request.path if name == PAGES_OF_EDITORS else name)
        return response

    return middleware


def _is_reader(request: HttpRequest) -> bool:
    program = request.headers.get("User-Agent", "")
    is_ahead = "prefetch" in f"{request.headers.get('Sec-Purpose', '')}{request.headers.get('Purpose', '')}"
    is_part = "HX-Request" in request.headers
    if not program or BOTS.search(program) or is_ahead or is_part:
        return False
    return not request.path.startswith(NOT_COUNTED)
