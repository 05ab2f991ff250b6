"""The page of the search: everything a reader may see that has the words, kind by kind."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.areas import areas
from portal.content.models import LegalPage
from portal.search.models import EmptySearch
from tests.contract.test_hostile_input import HAND_MADE, RAW_QUERIES, naughty_strings
from tests.factories.accounts import UserFactory
from tests.factories.content import FaqFactory, GuideFactory, LegalFactory, NewsFactory, SectionFactory, blocks
from tests.factories.directory import DistrictFactory, MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db

URL = "/suche/"


def search(client: Client, words: str) -> Any:
    return client.get(URL, {"q": words})


def found(answer: Any) -> dict[str, tuple[int, list[str]]]:
    """Each kind with its count and the titles of its hits."""
    return {group.key: (group.count, [hit.title for hit in group.hits]) for group in answer.context["groups"]}


def text_of(answer: Any) -> str:
    """What the page says, without its marks."""
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_everything_that_has_the_words_is_found_by_kind(client: Client) -> None:
    ProgrammeFactory(title="Radwege für alle")
    GuideFactory(title="Einen Radweg planen", slug="radweg")
    GuideFactory(title="Etwas anderes")
    NewsFactory(title="Neue Radwege", slug="neue-radwege")
    assert found(search(client, "Radweg")) == {
        "guides": (1, ["Einen Radweg planen"]),
        "funding-programmes": (1, ["Radwege für alle"]),
        "news": (1, ["Neue Radwege"]),
    }
    assert text_of(search(client, "Radweg")).count("Radweg") > 3


def test_the_kind_with_the_closest_title_comes_first(client: Client) -> None:
    ProgrammeFactory(title="Etwas über Drohnen")
    NewsFactory(title="Ganz anders", summary="Mit Drohnen im Text", slug="ganz-anders")
    guide = GuideFactory(title="Drohnen im Einsatz", slug="drohnen")
    assert list(found(search(client, "drohnen"))) == ["guides", "funding-programmes", "news"]
    guide.title = "Einsatz"
    guide.save()
    NewsFactory(title="DROHNEN", slug="nur-drohnen")
    assert next(iter(found(search(client, "drohnen")))) == "news"


def test_the_count_is_the_one_of_the_list_that_the_link_leads_to(client: Client) -> None:
    for number in range(7):
        ProgrammeFactory(title=f"Breitband {number}")
    answer = search(client, "Breitband")
    count, titles = found(answer)["funding-programmes"]
    assert (count, len(titles)) == (7, 5)
    assert answer.context["count"] == 7
    url = answer.context["groups"][0].url
    assert html.escape(url) in answer.content.decode()
    # Somebody with a municipality of their own, whose lists are narrowed down to it, gets these seven as well.
    place = MunicipalityFactory()
    client.cookies["kommune"] = place.pk
    listed = client.get(url)
    assert listed.status_code == 200
    assert listed.context["count"] == 7


def test_places_are_found_by_the_search_for_places(client: Client) -> None:
    place = MunicipalityFactory(name="Überlingen")
    DistrictFactory(id="08435", name="Bodenseekreis")
    assert found(search(client, "ueberlingen")) == {"municipalities": (1, [place.label()])}
    assert found(search(client, "Bodensee"))["districts"][0] == 1


def test_pages_that_belong_to_no_list_are_found_with_their_kind(client: Client) -> None:
    SectionFactory(title="Wärmenetze", summary="Alles über Wärmenetze.", slug="waermenetze")
    FaqFactory(
        title="Fragen",
        questions=blocks(("question", {"question": "Was ist ein Wärmenetz?", "answer": "<p>Rohre.</p>"})),
    )
    answer = search(client, "Wärmenetz")
    (group,) = answer.context["groups"]
    assert (group.key, group.count, group.url) == ("further-content", 2, "")
    assert {(hit.title, hit.text) for hit in group.hits} == {("Wärmenetze", "Alles über Wärmenetze."), ("Fragen", "")}
    assert client.get(group.hits[0].url).status_code == 200


def test_legal_pages_are_found(client: Client) -> None:
    LegalFactory(kind=LegalPage.Kind.IMPRINT, summary="Wer das Quittenportal betreibt.")
    (group,) = search(client, "Quittenportal").context["groups"]
    assert [hit.url for hit in group.hits] == ["/impressum/"]


def test_what_may_not_be_seen_is_neither_found_nor_counted(client: Client) -> None:
    makers = (
        (GuideFactory, "guides"),
        (NewsFactory, "news"),
        (SectionFactory, "further-content"),
        (ProgrammeFactory, "funding-programmes"),
    )
    for make, _kind in makers:
        make(title="Geheimsache Quitte", slug="sichtbar")
    shown = found(search(client, "Quitte"))
    assert shown == {kind: (1, ["Geheimsache Quitte"]) for _make, kind in makers}, "it could be found"
    for make, _kind in makers:
        make(title="Geheimsache Quitte", slug="versteckt", hidden=True)
    assert found(search(client, "Quitte")) == shown
    assert search(client, "Quitte").context["count"] == 4
    assert "versteckt" not in search(client, "Quitte").content.decode()


def test_a_reader_who_may_see_more_finds_more(client: Client) -> None:
    """The search starts from the same rows as the list, whoever asks."""
    ProgrammeFactory(title="Quitten I")
    ProgrammeFactory(title="Quitten II", hidden=True)
    editor = Client()
    editor.force_login(UserFactory(editor=True))
    for reader in (client, editor):
        listed = reader.get(reverse("funding:programme_list"), {"q": "Quitten"}).context["count"]
        assert found(search(reader, "Quitten"))["funding-programmes"][0] == listed


def test_a_text_of_others_is_not_shown_in_part(client: Client) -> None:
    ProgrammeFactory(title="Quitten", summary="Ein Text von anderen.", imported=True)
    ProgrammeFactory(title="Quitten vom Hof", summary="Ein Text von uns.")
    answer = search(client, "Quitten")
    texts = {hit.title: hit.text for group in answer.context["groups"] for hit in group.hits}
    assert texts["Quitten vom Hof"] == "Ein Text von uns."
    assert "anderen" not in texts["Quitten"]
    assert texts["Quitten"]


def test_titles_and_texts_are_escaped(client: Client) -> None:
    GuideFactory(title="<b>Quitten</b>", summary="<script>alert(1)</script>", slug="quitten")
    page = search(client, "Quitten").content.decode()
    assert "<script>alert" not in page
    assert "<b>Quitten" not in page
    assert "&lt;b&gt;Quitten" in page


def test_a_search_costs_the_same_for_one_hit_and_for_many(client: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert search(client, "Muster").status_code == 200
        return len(captured)

    def make(number: int) -> None:
        for _again in range(number):
            MunicipalityFactory(name="Musterort")
            ProgrammeFactory()
            GuideFactory()
            NewsFactory()
            SectionFactory(title="Musterabteilung")

    make(1)
    few = statements()
    make(6)
    assert statements() == few
    kinds = len(list(areas.each("resources"))) + 1
    # Two for each kind (how many, which ones); the municipalities' districts and Länder for their labels.
    assert few <= 2 * kinds + 4


def test_an_empty_search_says_what_can_be_searched(client: Client) -> None:
    for answer in (client.get(URL), search(client, ""), search(client, "   ")):
        assert answer.status_code == 200
        assert answer.context["groups"] == []
        assert 'role="status"' not in answer.content.decode().split("<form", 3)[-1].split("toasts")[0]
    assert not EmptySearch.objects.exists()


def test_no_result_helps_on_and_is_counted(client: Client) -> None:
    answer = search(client, "Quittenförderung  in Kreis Stadtgarten")
    assert answer.status_code == 200
    assert answer.context["single_words"] == [
        {"word": "Quittenförderung", "url": "/suche/?q=Quittenf%C3%B6rderung"},
        {"word": "Stadtgarten", "url": "/suche/?q=Stadtgarten"},
        {"word": "Kreis", "url": "/suche/?q=Kreis"},
    ]
    page = answer.content.decode()
    assert 'href="/kommunen/?q=Quittenf%C3%B6rderung%20%20in%20Kreis%20Stadtgarten"' in page
    assert 'href="/kontakt/"' in page
    search(client, "quittenförderung in kreis stadtgarten")
    assert list(EmptySearch.objects.values_list("words", "times")) == [("quittenförderung in kreis stadtgarten", 2)]


def test_a_search_with_results_is_not_kept(client: Client) -> None:
    GuideFactory(title="Quitten", slug="quitten")
    assert search(client, "Quitten").context["count"] == 1
    client.head(URL, {"q": "gibt-es-nicht"})
    assert not EmptySearch.objects.exists()
    search(client, "gibt-es-nicht")
    assert EmptySearch.objects.count() == 1


def test_the_number_of_results_is_announced(client: Client) -> None:
    GuideFactory(title="Quitten", slug="quitten")
    for words in ("Quitten", "gibt-es-nicht"):
        main = search(client, words).content.decode().split("<main", 1)[1]
        assert main.count('class="result-count" role="status"') == 1


def test_the_title_names_the_words_and_search_engines_stay_out(client: Client) -> None:
    page = search(client, "Quitten <i>").content.decode()
    title = page.split("<title>", 1)[1].split("</title>", 1)[0]
    assert title.split(" – ")[0].endswith(": Quitten &lt;i&gt;")
    assert '<meta name="robots" content="noindex">' in page
    assert page.count("<h1") == 1


def test_a_text_that_is_too_long_is_refused_and_kept_in_the_field(client: Client) -> None:
    words = "ä" * 201
    answer = search(client, words)
    assert answer.status_code == 400
    assert f'value="{words}"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert search(client, "ä" * 200).status_code == 200


@pytest.mark.parametrize("query", ["q=a&q=b", "q=a%00b", "land=08&q=a", "unknown=1"])
def test_what_cannot_be_understood_is_refused(client: Client, query: str) -> None:
    GuideFactory(title="a b", slug="a-b")
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert "groups" not in answer.context
    assert 'id="error-summary"' in answer.content.decode()


def test_no_hostile_input_breaks_the_search() -> None:
    GuideFactory()
    MunicipalityFactory()
    ProgrammeFactory()
    client = Client(raise_request_exception=False)
    # The lists of the resources meet the whole public collection; here every eighth string has to do.
    for words in [*HAND_MADE, *naughty_strings()[len(HAND_MADE) :: 8]]:
        address = f"{URL}?q={quoted(words)}"
        assert client.get(address).status_code in {200, 400}, address
    for query in RAW_QUERIES:
        assert client.get(f"{URL}?{query}").status_code in {200, 400}, query


def quoted(words: str) -> str:
    from urllib.parse import quote

    return quote(words, errors="surrogatepass")


def test_nothing_but_reading_is_possible(client: Client) -> None:
    assert client.post(URL, {"q": "a"}).status_code == 405
    assert not client.get(URL).cookies
