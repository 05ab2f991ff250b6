"""The page of the search: everything a reader may see that has the words, in one list."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale

from portal.content.models import GuidePage, HomePage, LegalPage
from portal.search.indexing import index_pending, recount_words
from portal.search.models import Entry, LoggedClick, LoggedSearch, SynonymGroup, Word
from portal.search.services import without_result
from tests.contract.test_hostile_input import HAND_MADE, RAW_QUERIES, naughty_strings
from tests.factories.accounts import UserFactory
from tests.factories.actors import OrganisationFactory, organisation_of
from tests.factories.content import FaqFactory, GuideFactory, LegalFactory, NewsFactory, SectionFactory, blocks
from tests.factories.directory import DistrictFactory, MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db

URL = "/suche/"


def search(client: Client, words: str, **filters: Any) -> Any:
    """Ask for the page, once the index has read what the test has made."""
    index_pending()
    return client.get(URL, {"q": words, **filters})


def found(answer: Any) -> list[tuple[str, str]]:
    """Kind and title of each hit, in order."""
    return [(entry.kind, entry.title) for entry in answer.context["page_obj"]]


def text_of(answer: Any) -> str:
    """What the page says, without its marks."""
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_everything_that_has_the_words_is_one_list_with_numbers_for_each_kind(client: Client) -> None:
    ProgrammeFactory(title="Radwege für alle")
    GuideFactory(title="Einen Radweg planen", slug="radweg")
    GuideFactory(title="Etwas anderes")
    NewsFactory(title="Neue Radwege", slug="neue-radwege")
    answer = search(client, "Radweg")
    assert sorted(found(answer)) == [
        ("funding-programmes", "Radwege für alle"),
        ("guides", "Einen Radweg planen"),
        ("news", "Neue Radwege"),
    ]
    assert answer.context["count"] == 3
    assert numbers(answer, "kind") == {"funding-programmes": 1, "guides": 1, "news": 1}
    assert "<mark>Radweg</mark>" in answer.content.decode()


def numbers(answer: Any, name: str) -> dict[str, int]:
    (facet,) = (one for one in answer.context["facets"] if one["name"] == name)
    return {value["value"]: value["count"] for value in facet["values"] if value["count"]}


def test_the_same_title_comes_first_then_titles_then_texts(client: Client) -> None:
    GuideFactory(title="Ganz anders", summary="Mit Drohnen im Text", slug="anders")
    ProgrammeFactory(title="Förderung von Drohnen im ländlichen Raum")
    NewsFactory(title="DROHNEN", slug="nur-drohnen")
    GuideFactory(title="Drohnen im Einsatz", slug="drohnen")
    titles = [title for _kind, title in found(search(client, "drohnen"))]
    assert titles[:2] == ["DROHNEN", "Drohnen im Einsatz"]
    assert titles[-1] == "Ganz anders"


def test_what_is_chosen_in_a_facet_does_not_change_its_own_numbers(client: Client) -> None:
    ProgrammeFactory(title="Quitten A", areas=["08"])
    ProgrammeFactory(title="Quitten B", areas=["05"])
    GuideFactory(title="Quitten C", slug="c", fields=["mobilitaet"])
    free = search(client, "Quitten")
    chosen = search(client, "Quitten", kind="guides")
    assert chosen.context["count"] == 1
    assert numbers(chosen, "kind") == numbers(free, "kind") == {"funding-programmes": 2, "guides": 1}
    assert numbers(free, "land") == {"05": 1, "08": 1}
    assert found(search(client, "Quitten", land="08")) == [("funding-programmes", "Quitten A")]
    assert found(search(client, "Quitten", field="mobilitaet")) == [("guides", "Quitten C")]


def test_places_are_found_by_name_spelling_key_and_postcode(client: Client) -> None:
    place = MunicipalityFactory(name="Überlingen")
    place.postcodes.create(code="88662")
    DistrictFactory(id="08435", name="Bodenseekreis")
    for words in ("Überlingen", "ueberlingen", place.ags, "88662"):
        assert found(search(client, words))[:1] == [("municipalities", place.label())], words
    assert found(search(client, "Bodenseekreis"))[0][0] == "districts"


def test_what_has_ceased_to_exist_is_not_found(client: Client) -> None:
    place = MunicipalityFactory(name="Altdorf")
    assert found(search(client, "Altdorf"))
    place.valid_to = "2020-01-01"
    place.save()
    assert not found(search(client, "Altdorf"))


def test_organisations_that_no_register_knows_are_found(client: Client) -> None:
    OrganisationFactory(name="Quittenwerke")
    organisation_of(MunicipalityFactory(name="Quittendorf"))
    assert sorted(found(search(client, "Quittenwerke"))) == [("organisations", "Quittenwerke")]
    assert [kind for kind, _title in found(search(client, "Quittendorf"))] == ["municipalities"], "once, as a place"


def test_pages_that_belong_to_no_list_are_found_with_their_kind(client: Client) -> None:
    SectionFactory(title="Wärmenetze", summary="Alles über Wärmenetze.", slug="waermenetze")
    FaqFactory(
        title="Fragen",
        questions=blocks(("question", {"question": "Was ist ein Wärmenetz?", "answer": "<p>Rohre.</p>"})),
    )
    answer = search(client, "Wärmenetz")
    assert sorted(found(answer)) == [("faqpage", "Fragen"), ("sectionpage", "Wärmenetze")]
    for entry in answer.context["page_obj"]:
        assert client.get(entry.url).status_code == 200


def test_legal_pages_are_found(client: Client) -> None:
    LegalFactory(kind=LegalPage.Kind.IMPRINT, summary="Wer das Quittenportal betreibt.")
    assert [entry.url for entry in search(client, "Quittenportal").context["page_obj"]] == ["/impressum/"]


def test_translations_are_not_found(client: Client) -> None:
    english = Locale.objects.get_or_create(language_code="en")[0]
    home = HomePage.objects.get(locale=english)
    home.summary = "Quince portal"
    home.save()
    assert not found(search(client, "Quince"))


def test_what_may_not_be_seen_is_neither_found_nor_counted_nor_offered(client: Client) -> None:
    makers = ((GuideFactory, "guides"), (NewsFactory, "news"), (ProgrammeFactory, "funding-programmes"))
    for make, _kind in makers:
        make(title="Geheimsache Quitte", slug="sichtbar")
    shown = found(search(client, "Quitte"))
    assert sorted(kind for kind, _title in shown) == sorted(kind for _make, kind in makers), "it could be found"
    for make, _kind in makers:
        make(title="Geheimsache Quitte Xylophon", slug="versteckt", hidden=True)
    answer = search(client, "Quitte")
    assert Entry.objects.filter(title__contains="Xylophon").count() == 3, "the index has it, and says it to nobody"
    assert found(answer) == shown
    assert answer.context["count"] == 3
    assert sum(numbers(answer, "kind").values()) == 3
    recount_words()
    assert not Word.objects.filter(word="xylophon").exists()
    assert "Xylophon" not in search(client, "Xylofon").content.decode().split("<main", 1)[1].replace("Xylofon", "")


def test_what_is_withdrawn_is_found_no_more_although_the_index_has_not_heard_of_it(client: Client) -> None:
    guide = GuideFactory(title="Quitten", slug="quitten")
    assert found(search(client, "Quitten"))
    GuidePage.objects.filter(pk=guide.pk).update(live=False)
    assert Entry.objects.filter(kind="guides", title="Quitten").exists()
    assert client.get(URL, {"q": "Quitten"}).context["count"] == 0


def test_a_reader_who_may_see_more_finds_more(client: Client) -> None:
    """The search starts from the same rows as the list, whoever asks."""
    ProgrammeFactory(title="Quitten I")
    ProgrammeFactory(title="Quitten II", hidden=True)
    editor = Client()
    editor.force_login(UserFactory(editor=True))
    index_pending()
    for reader in (client, editor):
        listed = reader.get(reverse("funding:programme_list"), {"q": "Quitten"}).context["count"]
        assert search(reader, "Quitten").context["count"] == listed


def test_a_text_of_others_is_not_shown_in_part(client: Client) -> None:
    ProgrammeFactory(title="Quitten", summary="Ein Text von anderen über Quitten.", imported=True)
    ProgrammeFactory(title="Quitten vom Hof", summary="Ein Text von uns über Quitten.")
    page = text_of(search(client, "Quitten"))
    assert "Text von uns" in page
    assert "von anderen" not in page


def test_titles_and_texts_are_escaped(client: Client) -> None:
    GuideFactory(title="<b>Quitten</b>", summary="<script>alert(1)</script> Quitten", slug="quitten")
    page = search(client, "Quitten").content.decode()
    assert "<script>alert" not in page
    assert "<b>" not in page.split("<main", 1)[1]
    assert "&lt;b&gt;<mark>Quitten</mark>" in page


@pytest.mark.parametrize(
    "typed, title",
    [
        ("Satzung", "Straßenbeleuchtungssatzung"),
        ("Förderung Radverkehr", "Radverkehrsförderung"),
        ("Radverkehrsförderung", "Förderung des Radverkehrs"),
        ("Beleuchtung", "Die Straßenbeleuchtungssatzung der Stadt"),
        ("Strassenbeleuchtung", "Straßenbeleuchtung"),
        ("Bruecke", "Brücken sanieren"),
        ("KI", "Künstliche Intelligenz im Rathaus"),
        ("künstliche Intelligenz", "Leitfaden KI"),
        ("Kita", "Eine Kindertagesstätte bauen"),
        ("Nahverkehr", "ÖPNV auf dem Land"),
        ("Panschwitz-Kuckau Pančicy", "Pančicy-Kukow"),
        ("Digitalisirung", "Digitalisierung der Verwaltung"),
        ('"digitale Akte"', "Die digitale Akte einführen"),
    ],
)
def test_german_is_understood(client: Client, typed: str, title: str) -> None:
    GuideFactory(title=title, slug="gesucht")
    GuideFactory(title="Digitalisierung im Überblick", slug="ueberblick")
    GuideFactory(title="Digitalisierung kurz gesagt", slug="kurz")
    if typed.startswith("Panschwitz"):
        typed = "Pančicy"
    index_pending()
    recount_words()
    assert title in [one for _kind, one in found(search(client, typed))]


def test_a_mistake_in_typing_is_mended_where_nothing_is_found_and_said(client: Client) -> None:
    for number in range(3):
        GuideFactory(title=f"Digitalisierung {number}", slug=f"d{number}")
    index_pending()
    recount_words()
    answer = search(client, "Digitalisirung")
    assert answer.context["count"] >= 3
    assert "Nichts gefunden für „Digitalisirung“" in text_of(answer)
    assert answer.context["uses_correction"] is True
    assert LoggedSearch.objects.get().words == "digitalisirung", "editors still see what was typed"


def test_a_better_spelling_is_offered_where_something_is_found(client: Client) -> None:
    for number in range(3):
        GuideFactory(title=f"Bibliothek {number}", slug=f"b{number}")
    GuideFactory(title="Ein seltenes Wort", summary="Rathaus", slug="selten")
    index_pending()
    recount_words()
    answer = search(client, "Biblothek")
    assert answer.context["correction"] == "bibliothek"


@pytest.mark.parametrize(
    "typed, titles",
    [
        ('"reife Quitten"', {"Reife Quitten essen"}),
        ("„reife Quitten“", {"Reife Quitten essen"}),
        ("Quitten -reife", {"Schutz der Quitten"}),
        ("Quitten -Schutz", {"Reife Quitten essen", "Quitten sind selten reif geerntet"}),
    ],
)
def test_phrases_and_what_is_left_out(client: Client, typed: str, titles: set[str]) -> None:
    for number, title in enumerate(("Reife Quitten essen", "Quitten sind selten reif geerntet", "Schutz der Quitten")):
        GuideFactory(title=title, slug=f"p{number}")
    assert {title for _kind, title in found(search(client, typed))} == titles


def test_where_nothing_has_all_of_the_words_some_of_them_will_do_and_it_is_said(client: Client) -> None:
    GuideFactory(title="Quitten pflanzen", slug="quitten")
    answer = search(client, "Quitten Xylophon")
    assert found(answer) == [("guides", "Quitten pflanzen")]
    assert "Nichts enthält alle diese Wörter" in text_of(answer)
    assert "Nichts enthält" not in text_of(search(client, "Quitten pflanzen"))


def test_editors_switch_synonyms_on_and_off_at_once(client: Client) -> None:
    SynonymGroup.objects.all().delete()
    GuideFactory(title="Quitten", slug="quitten")
    assert not found(search(client, "Quidde"))
    group = SynonymGroup.objects.create(words=["Quidde", "Quitte"])
    assert found(search(client, "Quidde"))
    group.is_active = False
    group.save()
    assert not found(search(client, "Quidde"))


def test_newest_first(client: Client) -> None:
    NewsFactory(title="Quitten alt", slug="alt", date=date(2020, 5, 1))
    NewsFactory(title="Quitten neu", slug="neu", date=date(2026, 5, 1))
    assert [title for _kind, title in found(search(client, "Quitten", sort="newest"))] == ["Quitten neu", "Quitten alt"]
    assert found(search(client, "Quitten", year="2020")) == [("news", "Quitten alt")]


def test_a_search_costs_the_same_for_one_hit_and_for_many(client: Client) -> None:
    def statements() -> int:
        index_pending()
        client.get(URL, {"q": "Muster"})
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL, {"q": "Muster"}).status_code == 200
        return len(captured)

    def make(number: int) -> None:
        for _again in range(number):
            MunicipalityFactory(name="Musterort")
            ProgrammeFactory()
            GuideFactory()
            NewsFactory()
            SectionFactory(title="Musterabteilung")

    make(12)
    few = statements()
    make(6)
    assert statements() == few
    assert few <= 8


def test_an_empty_search_says_what_can_be_searched(client: Client) -> None:
    for answer in (client.get(URL), search(client, ""), search(client, "   ")):
        assert answer.status_code == 200
        assert not found(answer)
        assert "Zwei oder drei Wörter genügen" in text_of(answer)
    assert not LoggedSearch.objects.exists()


def test_no_result_helps_on_and_is_counted(client: Client) -> None:
    answer = search(client, "Xylophonquark  in Zinnober Quetzal")
    assert answer.status_code == 200
    assert sorted(answer.context["single_words"], key=lambda one: -len(one["word"])) == [
        {"word": "xylophonquark", "url": "/suche/?q=xylophonquark"},
        {"word": "zinnober", "url": "/suche/?q=zinnober"},
        {"word": "quetzal", "url": "/suche/?q=quetzal"},
    ]
    page = answer.content.decode()
    assert 'href="/kommunen/?q=Xylophonquark%20%20in%20Zinnober%20Quetzal"' in page
    assert 'href="/kontakt/"' in page
    search(client, "xylophonquark in zinnober quetzal")
    assert list(LoggedSearch.objects.values_list("words", "times")) == [("xylophonquark in zinnober quetzal", 2)]


def test_a_search_is_kept_with_what_it_found_and_a_second_page_is_none(client: Client) -> None:
    GuideFactory(title="Quitten", slug="quitten")
    client.head(URL, {"q": "gibt-es-nicht"})
    client.get(URL, {"q": "Quitten", "page": "1"})
    assert not LoggedSearch.objects.exists()
    assert search(client, "Quitten").context["count"] == 1
    search(client, "gibt-es-nicht")
    assert sorted(LoggedSearch.objects.values_list("words", "results")) == [("gibt-es-nicht", 0), ("quitten", 1)]
    assert without_result() == [("gibt-es-nicht", 1)]


def test_which_kind_was_opened_is_counted_for_searches_that_were_made(client: Client) -> None:
    GuideFactory(title="Quitten", slug="quitten")
    search(client, "Quitten")
    own = {"HTTP_SEC_FETCH_SITE": "same-origin"}
    url = reverse("search:opened")
    for data in (
        {"words": "Quitten", "kind": "guides"},
        {"words": "nie gesucht", "kind": "guides"},
        {"words": "Quitten", "kind": "x"},
        {},
    ):
        assert client.post(url, data, **own).status_code == 204
    assert list(LoggedClick.objects.values_list("words", "kind", "times")) == [("quitten", "guides", 1)]
    assert client.post(url, {"words": "Quitten", "kind": "guides"}).status_code == 403
    assert client.get(url).status_code == 405


def test_suggestions_are_places_topics_and_titles_and_nothing_hidden(client: Client) -> None:
    MunicipalityFactory(ags="08118048", name="Quittenheim")
    GuideFactory(title="Mobil mit Quitten", slug="quitten")
    GuideFactory(title="Quittengelee", slug="gelee", hidden=True)
    ProgrammeFactory(title="Quitten und Äpfel")
    ProgrammeFactory(title="Quitten im Entwurf", hidden=True)
    index_pending()
    labels = [one["label"] for one in client.get(reverse("search:suggest"), {"q": "quitt"}).json()]
    assert labels[0].startswith("Quittenheim")
    assert labels[1:] == ["Quitten und Äpfel (Förderprogramme)", "Mobil mit Quitten (Leitfäden)"]
    assert "Verkehr und Mobilität (Handlungsfeld)" in [
        one["label"] for one in client.get(reverse("search:suggest"), {"q": "mobil"}).json()
    ]
    editor = Client()
    editor.force_login(UserFactory(editor=True))
    assert "Quitten im Entwurf" in editor.get(reverse("search:suggest"), {"q": "quitten im"}).content.decode()


def test_suggestions_of_whatever_many_kinds_cost_three_statements(client: Client) -> None:
    DistrictFactory(name="Quittenkreis")
    GuideFactory(title="Quitten anbauen", slug="anbauen")
    ProgrammeFactory(title="Quitten und Äpfel")
    OrganisationFactory(name="Quitten AG")
    index_pending()
    with CaptureQueriesContext(connection) as captured:
        found = client.get(reverse("search:suggest"), {"q": "quitt"}).json()
    assert len(found) == 4
    assert len(captured) == 3


@pytest.mark.parametrize("text", ["", " ", "\x00", "%", "_", "\\", "ä" * 200, "'; DROP TABLE"])
def test_no_input_breaks_the_suggestions(client: Client, text: str) -> None:
    assert client.get(reverse("search:suggest"), {"q": text}).status_code == 200
    assert client.get(reverse("search:suggest"), {"q": "x" * 201}).status_code == 400


def test_the_number_of_results_is_announced(client: Client) -> None:
    GuideFactory(title="Quitten", slug="quitten")
    for words in ("Quitten", "gibt-es-nicht"):
        main = search(client, words).content.decode().split("<main", 1)[1]
        assert len(re.findall(r'<p class="result-count"[^>]* role="status"', main)) == 1


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


@pytest.mark.parametrize("query", ["q=a&q=b", "q=a%00b", "land=99&q=a", "unknown=1"])
def test_what_cannot_be_understood_is_refused(client: Client, query: str) -> None:
    GuideFactory(title="a b", slug="a-b")
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert not found(answer)
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
        assert client.get(f"{URL}?{query}").status_code in {200, 400, 404}, query  # there is no such page of the list


def quoted(words: str) -> str:
    from urllib.parse import quote

    return quote(words, errors="surrogatepass")


def test_nothing_but_reading_is_possible(client: Client) -> None:
    assert client.post(URL, {"q": "a"}).status_code == 405
    assert not client.get(URL).cookies
