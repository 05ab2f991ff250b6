from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.directory.choice import COOKIE, my_municipality
from portal.directory.models import Municipality
from tests.factories.directory import MunicipalityFactory

pytestmark = pytest.mark.django_db

CHOOSE, FORGET = reverse("directory:choose_municipality"), reverse("directory:forget_municipality")
OURS = {"Sec-Fetch-Site": "same-origin"}
MIDDLEWARE = "portal.directory.choice.choice_cookie"


@pytest.fixture(autouse=True)
def _middleware() -> Iterator[None]:
    others = [name for name in settings.MIDDLEWARE if name != MIDDLEWARE]
    with override_settings(MIDDLEWARE=[*others, MIDDLEWARE]):
        yield


@pytest.fixture
def ludwigsburg() -> Municipality:
    return MunicipalityFactory(ags="08118048", name="Ludwigsburg")


def choose(client: Client, ags: str = "08118048", **values: Any) -> Any:
    return client.post(CHOOSE, {"municipality": ags, **values}, headers=OURS)


def test_a_choice_is_one_cookie_for_the_visit_and_nothing_on_the_server(client: Client, ludwigsburg: Any) -> None:
    with CaptureQueriesContext(connection) as captured:
        answer = choose(client)
    assert (answer.status_code, answer["Location"]) == (302, "/kommunen/08118048-ludwigsburg/")
    assert [query["sql"].split()[0] for query in captured] == ["SELECT"]
    assert list(answer.cookies) == [COOKIE]
    cookie = answer.cookies[COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("08118048", True, "Lax")
    assert (cookie["max-age"], cookie["expires"]) == ("", "")  # it goes when the browser closes


def test_the_choice_shows_on_every_page_and_goes_by_one_click(client: Client, ludwigsburg: Any) -> None:
    link = 'href="/kommunen/08118048-ludwigsburg/"'
    assert link not in client.get("/laender/").content.decode()
    choose(client)
    page = client.get("/laender/")
    assert link in page.content.decode()
    assert "Cookie" in page["Vary"]
    answer = client.post(FORGET, headers=OURS)
    assert answer.status_code == 302
    assert link not in client.get("/laender/").content.decode()


def test_who_chooses_nothing_gets_no_cookie(client: Client, ludwigsburg: Any) -> None:
    for address in (
        "/",
        "/kommunen/",
        "/kommunen/?q=ludw",
        "/kommunen/08118048-ludwigsburg/",
        "/kommunen/vorschlaege/?q=l",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert not answer.cookies, address


@pytest.mark.parametrize("wanted", ["/foerderung/?q=a", "/kommunen/"])
def test_the_form_may_say_where_to_go_on(client: Client, ludwigsburg: Any, wanted: str) -> None:
    assert choose(client, next=wanted)["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org", "http:///example.org", ""],
)
def test_the_form_never_leads_to_another_site(client: Client, ludwigsburg: Any, wanted: str) -> None:
    assert choose(client, next=wanted)["Location"] == "/kommunen/08118048-ludwigsburg/"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://example.org"}],
    ids=str,
)
@pytest.mark.parametrize("address", [CHOOSE, FORGET])
def test_another_site_cannot_choose_or_forget(client: Client, ludwigsburg: Any, address: str, headers: Any) -> None:
    data = {"municipality": "08118048"}
    assert client.post(address, data, headers=OURS).status_code == 302
    client.cookies.clear()
    answer = client.post(address, data, headers=headers)
    assert answer.status_code == 403
    assert not answer.cookies


def test_an_address_that_is_only_opened_changes_nothing(client: Client, ludwigsburg: Any) -> None:
    for address in (CHOOSE, FORGET):
        answer = client.get(address, {"municipality": "08118048"})
        assert (answer.status_code, len(answer.cookies)) == (405, 0)


@pytest.mark.parametrize("ags", ["", "08118049", "0811804", "08118048\n", "x" * 5000, "٠٨١١٨٠٤٨"])
def test_what_is_no_municipality_cannot_be_chosen(client: Client, ludwigsburg: Any, ags: str) -> None:
    answer = choose(client, ags)
    assert (answer.status_code, len(answer.cookies)) == (404, 0)


@pytest.mark.parametrize("values", [{"valid_to": date(2023, 12, 31)}, {"kind": Municipality.Kind.FREE}], ids=str)
def test_what_has_no_administration_today_cannot_be_chosen(client: Client, values: Any) -> None:
    MunicipalityFactory(ags="08118048", **values)
    assert choose(client).status_code == 404
    page = client.get("/kommunen/?include=former&include=unincorporated")
    assert page.context["count"] == 1
    assert CHOOSE not in page.content.decode()
    assert CHOOSE not in client.get(page.context["object_list"][0].get_absolute_url()).content.decode()


@pytest.mark.parametrize("stale", ["08118049", "x", "08118048'--", "9" * 4000])
def test_a_cookie_that_is_not_valid_is_ignored_and_removed(client: Client, ludwigsburg: Any, stale: str) -> None:
    client.cookies[COOKIE] = stale
    answer = client.get("/kommunen/")
    assert answer.status_code == 200
    assert not answer.context["my_municipality"]
    assert (answer.cookies[COOKIE].value, answer.cookies[COOKIE]["max-age"]) == ("", 0)


def test_a_municipality_that_ceased_to_exist_is_no_longer_mine(client: Client, ludwigsburg: Municipality) -> None:
    choose(client)
    assert client.get("/kommunen/").context["my_municipality"] == ludwigsburg
    Municipality.objects.update(valid_to=date(2026, 1, 1))
    answer = client.get("/kommunen/")
    assert not answer.context["my_municipality"]
    assert answer.cookies[COOKIE]["max-age"] == 0


def test_the_choice_costs_one_statement_a_request_and_none_without_a_cookie(ludwigsburg: Municipality) -> None:
    request = RequestFactory().get("/")
    with CaptureQueriesContext(connection) as captured:
        assert my_municipality(request) is None
    assert len(captured) == 0
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = "08118048"
    with CaptureQueriesContext(connection) as captured:
        label = my_municipality(request).label()  # type: ignore[union-attr]
        assert my_municipality(request) == ludwigsburg
    assert (label, len(captured)) == ("Ludwigsburg (Kreis 08118, Baden-Württemberg)", 1)
