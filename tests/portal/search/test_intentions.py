"""“Radweg bauen”: a thing, and what somebody wants to do with it."""

import pytest
from django.test import Client
from django.utils.html import strip_tags

from portal.search.intentions import INTENTIONS
from portal.search.query import terms_of, wishes
from tests.factories.funding import ProgrammeFactory
from tests.indexed import index_pending

pytestmark = pytest.mark.django_db


def titles(client: Client, words: str) -> list[str]:
    index_pending()
    found = client.get("/api/v1/funding-programmes/", {"q": words}).json()["results"]
    return sorted(one["title"] for one in found)


def first(client: Client, words: str) -> str:
    index_pending()
    page = client.get("/foerderung/", {"q": words})
    return str(page.context["page_obj"].object_list[0].title)


@pytest.mark.parametrize(
    ("words", "wished"),
    [
        ("Radweg bauen", ["bauen"]),
        ("BAUEN radweg", ["BAUEN"]),
        ("Radweg planen und bauen", ["planen", "bauen"]),
        ("bauen", []),
        ("planen bauen", []),
        ('"Radweg bauen"', []),
        ("Radweg -bauen", []),
        ("Radweg", []),
        ("", []),
    ],
)
def test_a_wish_is_a_verb_beside_a_thing(words: str, wished: list[str]) -> None:
    assert [term.text for term in wishes(terms_of(words))] == wished


def test_who_writes_without_the_verb_is_found_and_who_has_the_thing_alone_comes_later(client: Client) -> None:
    ProgrammeFactory(title="Radwege", description="Gefördert wird die Beschilderung von Radwegen.")
    ProgrammeFactory(title="Radwege am Land", description="Gefördert wird der Neubau von Radwegen.")
    ProgrammeFactory(title="Rathäuser bauen", description="Gefördert wird der Bau von Rathäusern.")
    assert titles(client, "Radweg bauen") == ["Radwege", "Radwege am Land"]
    assert first(client, "Radweg bauen") == "Radwege am Land"
    assert "Radwege" not in titles(client, "bauen"), "alone, the verb is what is looked for"
    assert titles(client, "Radweg -bauen") == ["Radwege", "Radwege am Land"]


def test_the_page_says_which_word_is_a_wish(client: Client) -> None:
    ProgrammeFactory(title="Radwege")
    index_pending()
    for address in ("/foerderung/", "/suche/"):
        page = " ".join(strip_tags(client.get(address, {"q": "Radweg bauen"}).content.decode()).split())
        assert "„bauen“ sagt, was Sie vorhaben" in page, address
        page = " ".join(strip_tags(client.get(address, {"q": "Radweg"}).content.decode()).split())
        assert "sagt, was Sie vorhaben" not in page, address


def test_each_wish_is_a_verb_with_nouns() -> None:
    for verb, nouns in INTENTIONS.items():
        assert verb == verb.lower()
        assert nouns
        assert all(noun[0].isupper() for noun in nouns)
