import pytest
from django.test import Client
from django.urls import reverse

from portal.theme import COOKIE, REMEMBERED_FOR

pytestmark = pytest.mark.django_db

THEME = reverse("theme")
PAGE = reverse("funding:programme_list")
OURS = {"Sec-Fetch-Site": "same-origin"}


def html_element(client: Client, address: str = PAGE) -> str:
    page = client.get(address).content.decode()
    return page[page.index("<html") : page.index(">", page.index("<html")) + 1]


def test_whoever_sets_nothing_gets_no_cookie_and_the_theme_of_the_device(client: Client) -> None:
    answer = client.get(PAGE)
    assert dict(answer.cookies) == {}
    assert html_element(client) == '<html lang="de">'


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_that_was_set_holds_on_every_page_for_a_year(client: Client, theme: str) -> None:
    answer = client.post(THEME, {"theme": theme, "next": f"{PAGE}?q=rathaus"}, headers=OURS)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?q=rathaus")
    assert list(answer.cookies) == [COOKIE]
    cookie = answer.cookies[COOKIE]
    assert (cookie.value, cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (
        theme,
        REMEMBERED_FOR,
        True,
        "Lax",
    )
    for address in (PAGE, reverse("account_login"), "/gibt-es-nicht/"):
        assert html_element(client, address) == f'<html lang="de" data-kern-theme="{theme}">'


def test_like_the_device_removes_the_cookie(client: Client) -> None:
    client.post(THEME, {"theme": "dark"}, headers=OURS)
    assert client.cookies[COOKIE].value == "dark"
    answer = client.post(THEME, {"theme": "device"}, headers=OURS)
    assert (answer["Location"], answer.cookies[COOKIE]["max-age"]) == (reverse("home"), 0)
    assert html_element(client) == '<html lang="de">'


def test_answers_depend_on_the_cookie(client: Client) -> None:
    for address in (PAGE, "/gibt-es-nicht/"):
        vary = {name.strip() for name in client.get(address)["Vary"].split(",")}
        assert "Cookie" in vary, address


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.org"}, {}])
def test_a_form_of_another_site_is_refused(client: Client, headers: dict[str, str]) -> None:
    answer = client.post(THEME, {"theme": "dark"}, headers=headers)
    assert (answer.status_code, dict(answer.cookies)) == (403, {})


@pytest.mark.parametrize("theme", ["", "pink", "dark\r\nX-Y: 1"])
def test_an_unknown_theme_is_a_bad_request(client: Client, theme: str) -> None:
    answer = client.post(THEME, {"theme": theme}, headers=OURS)
    assert (answer.status_code, dict(answer.cookies)) == (400, {})


def test_a_cookie_with_something_else_in_it_means_nothing(client: Client) -> None:
    client.cookies[COOKIE] = '"><script>'
    assert html_element(client) == '<html lang="de">'


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_setting_a_theme_leads_to_no_other_site(client: Client, elsewhere: str) -> None:
    answer = client.post(THEME, {"theme": "light", "next": elsewhere}, headers=OURS)
    assert answer["Location"] == reverse("home")


def test_the_theme_is_set_by_a_form_alone(client: Client) -> None:
    assert client.get(THEME, {"theme": "dark"}).status_code == 405
