"""Hostile input against every address: the answer may be a refusal, never a failure of ours."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from portal.areas import Resource, areas
from portal.visibility import visible_rows
from tests.factories import factory_for

pytestmark = pytest.mark.django_db

NAUGHTY_FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "bad-input" / "blns" / "blns.json"
HAND_MADE = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "-1",
    "0",
    "1e309",
    "NaN",
    "9" * 19,
    "9" * 400,
    "9" * 5000,
    "1000000000",
    "2026-02-30",
    "0000-00-00",
    "99999-12-31T25:61:61Z",
    "true",
    "null",
    "[]",
    "{}",
    "'; DROP TABLE funding_programme; --",
    "\\",
    "%",
    "_",
    "(((((",
    "a & | ! <-> b",
    '"unbalanced',
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "\u202e\u200b\ufeff",
    "ä" * 3000,
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "cD0wMDA=",
    "bz0xMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA==",
    "cD0lMDA=",
    "/w==",
]
WHOLE_PAGES = 4
"""Of so many hand-made values of a parameter, one is asked for the whole page; the others for the results."""

SHARE = 4
"""Of so many hand-made values a parameter meets one over HTTP, if another of its kind has met them all there; the
others meet its filter, without the page around it."""

LISTS = 3
"""A naughty string is asked over HTTP of every so many-th list; of the others it meets the filters."""

RAW_QUERIES = [
    "%ff%fe",
    "%",
    "%00=%00",
    "a[]=1",
    "a[b]=1",
    "=",
    "&&&",
    "q=%C0%80",
    "page=%ED%A0%80",
    ";",
    "q;=1",
]


def naughty_strings() -> list[str]:
    """The public list of naughty strings where it is at hand, and our own."""
    listed: list[str] = json.loads(NAUGHTY_FILE.read_text(encoding="utf-8")) if NAUGHTY_FILE.exists() else []
    return [*HAND_MADE, *(text for text in listed if isinstance(text, str))]


@pytest.fixture(autouse=True, scope="module")
def _rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Two of each thing, made once: each test starts from them."""
    with django_db_blocker.unblock(), transaction.atomic():
        for resource in areas.each("resources"):
            factory_for(resource.model).create_batch(2)
        yield
        transaction.set_rollback(True)


def addresses(resource: Resource) -> Iterator[tuple[str, list[str]]]:
    """Each list of a resource with its parameters."""
    filters = list(resource.filterset.base_filters)
    yield reverse(f"api:{resource.slug}-list"), [*filters, "cursor", "limit", "unknown"]
    if resource.list_url_name:
        yield reverse(resource.list_url_name), [*filters, "page", "unknown"]


def ask(client: Client, url: str, headers: dict[str, str] | None = None) -> int:
    status: int = client.get(url, headers=headers).status_code
    assert status < 500, url
    return status


def understand(resource: Resource, parameter: str, value: str) -> None:
    """Let the filters of a list meet a value as an address brings it: understood, counted and fetched, or refused."""
    data = QueryDict(f"{parameter}={quote(value, errors='surrogatepass')}")
    filters = resource.filterset(data, visible_rows(resource.model, AnonymousUser()))
    filters.counts()
    list(filters.qs[:20])
    filters.active()


def test_no_value_of_a_parameter_breaks_a_list(resource: Resource) -> None:
    client = Client(raise_request_exception=False)
    asked = 0
    strings = naughty_strings()
    for url, parameters in addresses(resource):
        met: set[object] = set()
        for number, parameter in enumerate(parameters):
            # Every hand-made value meets every parameter: over HTTP where it is the first of its kind of filter, else a
            # share over HTTP and the rest by the filters alone. The long public list is dealt out in turn over them.
            declared = resource.filterset.base_filters.get(parameter)
            kind: object = parameter if declared is None else type(declared)
            own = HAND_MADE[number % SHARE :: SHARE] if kind in met else HAND_MADE
            met.add(kind)
            dealt = strings[len(HAND_MADE) + number :: len(parameters)]
            for turn, value in enumerate([*own, *dealt]):
                # The page around the results meets every hand-made value with one of the parameters in turn.
                is_whole = turn < len(own) and (turn + number) % WHOLE_PAGES == 0
                headers = None if is_whole else {"HX-Request": "true"}
                ask(client, f"{url}?{parameter}={quote(value, errors='surrogatepass')}", headers)
            for value in HAND_MADE:
                if value not in own:
                    understand(resource, parameter, value)
            asked += len(HAND_MADE) + len(dealt)
    assert asked > 300


def test_every_naughty_string_may_be_searched_for(resource: Resource) -> None:
    """On the page, or where there is none by the API: both ask the same filters (test_resources)."""
    client = Client(raise_request_exception=False)
    url, parameters = list(addresses(resource))[-1]
    number = [one.slug for one in areas.each("resources")].index(resource.slug)
    if "q" in parameters:
        for turn, value in enumerate(naughty_strings()):
            if turn < len(HAND_MADE) or turn % LISTS == number % LISTS:
                # The results alone: the page around them meets every hand-made value and a share of the list above.
                ask(client, f"{url}?q={quote(value, errors='surrogatepass')}", {"HX-Request": "true"})
            else:
                understand(resource, "q", value)


def test_no_raw_query_breaks_a_list(resource: Resource) -> None:
    client = Client(raise_request_exception=False)
    for url, _parameters in addresses(resource):
        for query in RAW_QUERIES:
            ask(client, f"{url}?{query}")


def test_repeated_parameters_are_refused_not_chosen_from(resource: Resource) -> None:
    client = Client()
    for url, parameters in addresses(resource):
        single = [name for name in parameters if name in {"q", "page", "limit", "cursor", "sort"}]
        for name in single:
            answer = client.get(f"{url}?{name}=1&{name}=2")
            assert answer.status_code in {400, 404}, (url, name)


def test_an_unknown_value_never_gives_more_results(resource: Resource) -> None:
    client = Client()
    for url, parameters in addresses(resource):
        all_of_them = client.get(url)
        assert all_of_them.status_code == 200
        for name in set(parameters) - {"q", "unknown", "page", "cursor", "limit", "sort"}:
            answer = client.get(f"{url}?{name}=gibt-es-nicht")
            assert answer.status_code == 400, (url, name)


@pytest.mark.parametrize("value", HAND_MADE, ids=range(len(HAND_MADE)))
def test_no_key_breaks_a_page(value: str) -> None:
    client = Client(raise_request_exception=False)
    for resource in areas.each("resources"):
        base = reverse(f"api:{resource.slug}-list")
        assert client.get(f"{base}{quote(value, safe='', errors='surrogatepass')}/").status_code in {
            301,
            400,
            404,
            200,
        }
        if resource.list_url_name:
            page = reverse(resource.list_url_name)
            answer = client.get(f"{page}{quote(value, safe='', errors='surrogatepass')}/")
            assert answer.status_code in {301, 400, 404, 200}


def test_hostile_cookies_and_headers_are_survived() -> None:
    for value in ("", "\\000", "9" * 4000, "08118048'--", "ä", "null"):
        client = Client(raise_request_exception=False)
        client.cookies["kommune"] = value
        client.cookies["session"] = value
        for url in ("/", "/foerderung/", "/kommunen/"):
            assert client.get(url, follow=True).status_code < 500, (url, value)
    client = Client(raise_request_exception=False)
    for header in ("HX-Request", "If-None-Match", "If-Modified-Since", "Accept", "Accept-Language", "Range"):
        assert client.get("/api/v1/funding-programmes/", headers={header: "\xff" * 500}).status_code < 500, header


def test_hostile_forms_are_survived() -> None:
    client = Client(raise_request_exception=False)
    for value in HAND_MADE:
        data = {"login": value, "password": value, "ags": value, "next": value}
        assert client.post("/anmelden/", data).status_code < 500
        answer = client.post(reverse("directory:choose_municipality"), data, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code < 500, value
