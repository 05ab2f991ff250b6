"""Every address of the editors' admin, Wagtail's own as well: for editors alone, and never an error of ours."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter
from django.utils.regex_helper import normalize

from portal.accounts.models import APPROVERS
from tests.factories.accounts import UserFactory
from tests.factories.content import home_page

pytestmark = pytest.mark.django_db

ADMIN = "/redaktion/"


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every address below some patterns, with a dummy for each argument."""
    for entry in patterns:
        route, arguments = normalize(entry.pattern.regex.pattern)[0]
        converters = getattr(entry.pattern, "converters", {})
        values = {
            name: str(uuid.UUID(int=1)) if isinstance(converters.get(name), UUIDConverter) else "1"
            for name in arguments
        }
        address = prefix + route % values
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, address)
        else:
            yield address


@pytest.fixture(scope="module")
def every_address() -> list[str]:
    admin = next(entry for entry in get_resolver().url_patterns if str(entry.pattern) == "redaktion/")
    found = sorted(set(addresses(admin.url_patterns, ADMIN)))
    assert len(found) > 250
    assert {"/redaktion/", "/redaktion/pages/1/edit/", "/redaktion/checked/1/1/", "/redaktion/sprite/"} <= set(found)
    return found


def signed_in(*groups: str, **fields: bool) -> Client:
    person = UserFactory(second_factor=bool(groups or fields), **fields)
    person.groups.set([Group.objects.get(name=name) for name in groups])
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_enters_without_signing_in(every_address: list[str], method: str) -> None:
    client = Client()
    answers = {address: client.generic(method, address) for address in every_address}
    wrong = {
        address: answer.status_code
        for address, answer in answers.items()
        if not (answer.status_code == 302 and answer["Location"].startswith("/anmelden/?next=/redaktion/"))
    }
    assert wrong == {}
    scripted = {client.get(a, headers={"X-Requested-With": "XMLHttpRequest"}).status_code for a in every_address}
    assert scripted == {403}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_ordinary_account_is_told_why_not(every_address: list[str], method: str) -> None:
    client = signed_in()
    answers = [client.generic(method, address) for address in every_address]
    assert {answer.status_code for answer in answers} == {403}
    assert "Redaktion" in answers[0].content.decode() or "editors" in answers[0].content.decode()


@pytest.mark.filterwarnings("default")  # of libraries that are about to change something
@pytest.mark.parametrize("groups, all_powerful", [(["editors"], False), ([], True)], ids=["editor", "superuser"])
def test_no_page_fails_for_those_who_may_enter(every_address: list[str], groups: list[str], all_powerful: bool) -> None:
    home_page()
    client = signed_in(*groups, is_superuser=all_powerful)
    assert failures(client, "GET", every_address) == {}


@pytest.mark.filterwarnings("default")  # as above
def test_no_form_fails_that_lacks_everything(every_address: list[str]) -> None:
    home_page()
    missing = [address.replace("/1/", "/999999/") for address in every_address if not LEFT_OUT.search(address)]
    assert failures(signed_in(APPROVERS), "POST", missing) == {}


LEFT_OUT = re.compile(r"logout/$|choose-external-link/$|snippets/choose/.*/create/$")
"""The first ends the session; the others are forms without fields that an editor forges, on which Wagtail stumbles."""


def failures(client: Client, method: str, every: list[str]) -> dict[str, int]:
    client.raise_request_exception = False
    answers = {address: client.generic(method, address, b"", "application/x-www-form-urlencoded") for address in every}
    return {address: answer.status_code for address, answer in answers.items() if answer.status_code >= 500}
