"""The pages that the law wants (landscape 3.1, 3.2, 3.4)."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.test import Client, override_settings
from django.utils import timezone

from portal import theme
from portal.areas import areas
from portal.content.models import AccessibilityStatementPage, Document, PlainLanguagePage, SignLanguagePage
from portal.content.models.legal import twelve_months_after
from portal.content.services.founding import ASSESSED_ON
from portal.content.services.statement import statement_warning
from portal.directory import choice
from portal.privacy import record_of_processing
from scripts.checks import PRODUCTION

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent.parent
FOOTER = [
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/barriere-melden/",
    "/leichte-sprache/",
    "/gebaerdensprache/",
    "/kontakt/",
]


@pytest.fixture(autouse=True)
def _operator(settings):
    for name, value in PRODUCTION.items():
        if name.startswith("OPERATOR_"):
            setattr(settings, name, value)


def text(address, **parameters):
    response = Client().get(address, parameters)
    assert response.status_code == 200
    body = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


# --- on every page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/foerderung/", "/anmelden/", "/gibt-es-nicht/", "/kontakt/", "/en/"])
def test_footer_of_every_page_leads_to_the_legal_pages_in_order(client, address):
    footer = client.get(address).content.decode().split('<footer class="site-footer"', 1)[1]
    links = [link.split("?")[0] for link in re.findall(r'href="(/[^"]*)"', footer)]
    assert [link for link in links if link in FOOTER] == FOOTER


@pytest.mark.parametrize("address", FOOTER)
def test_legal_pages_answer_without_a_cookie(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.cookies == {}
    assert response.content.decode().count("<h1") == 1


def test_footer_stands_on_the_page_for_faults_of_ours(monkeypatch):
    monkeypatch.setattr("portal.content.reader_views.own_path", lambda *_: 1 / 0)
    response = Client(raise_request_exception=False).get("/barriere-melden/")
    assert response.status_code == 500
    for address in FOOTER:
        assert f'href="{address}' in response.content.decode()


# --- imprint ---------------------------------------------------------------------------------------------------------


def test_imprint_names_whom_the_law_wants_named():
    said = text("/impressum/")
    for name in ("OPERATOR_NAME", "OPERATOR_REPRESENTATIVE", "OPERATOR_EMAIL", "OPERATOR_PHONE"):
        assert PRODUCTION[name] in said
    for line in (*PRODUCTION["OPERATOR_ADDRESS"].split("; "), *PRODUCTION["OPERATOR_EDITOR"].split("; ")):
        assert line in said
    assert "§ 5 des Digitale-Dienste-Gesetzes (DDG)" in said
    assert "§ 18 Abs. 2 des Medienstaatsvertrags (MStV)" in said


def test_register_stands_in_the_imprint_where_there_is_one(settings):
    assert "HRB" not in text("/impressum/")
    settings.OPERATOR_REGISTER = "Amtsgericht Berlin, HRB 12345"
    assert "Amtsgericht Berlin, HRB 12345" in text("/impressum/")


@pytest.mark.parametrize("address", FOOTER)
def test_no_page_cites_laws_that_are_no_more(address):
    said = text(address)
    for law in ("TMG", "Telemediengesetz", "TTDSG", "Rundfunkstaatsvertrag", "RStV"):
        assert law not in said


# --- privacy ---------------------------------------------------------------------------------------------------------


def test_privacy_page_answers_article_13():
    said = text("/datenschutz/")
    names = ("OPERATOR_NAME", "OPERATOR_DATA_PROTECTION", "OPERATOR_DATA_PROTECTION_AUTHORITY", "OPERATOR_HOSTING")
    for name in names:
        assert PRODUCTION[name].split("; ")[0] in said
    for article in (6, 12, 15, 16, 17, 18, 20, 21, 22, 28, 77):
        assert re.search(rf"Art\. {article}\b", said), article
    assert "§ 25 Abs. 2 Nr. 2" in said
    assert "(TDDDG)" in said


def test_privacy_page_lists_every_declaration_with_its_retention():
    said = text("/datenschutz/")
    declared = list(areas.each("personal_data"))
    assert len(declared) > 10
    for declaration in declared:
        assert declaration.label.casefold() in said.casefold()
        assert str(declaration.purpose) in said
    lines = record_of_processing(declared)
    assert len(lines) < len(declared)  # what is alike stands once
    assert {label for line in lines for label in line.labels} == {entry.label for entry in declared}


def test_privacy_page_names_every_cookie():
    said = text("/datenschutz/")
    for cookie in (
        choice.COOKIE,
        theme.COOKIE,
        django_settings.SESSION_COOKIE_NAME,
        django_settings.CSRF_COOKIE_NAME,
    ):
        assert f" {cookie} " in said


def test_privacy_page_names_outside_servers_only_where_there_are_some():
    assert "tiles.example.org" not in text("/datenschutz/")
    with override_settings(MAP_TILES_URL="https://tiles.example.org/{z}/{x}/{y}.png"):
        assert "tiles.example.org" in text("/datenschutz/")


def test_requests_are_not_logged():
    """What the privacy page says about logs: neither Django nor the web server nor the proxy writes down who reads."""
    assert django_settings.LOGGING["formatters"] == {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    }
    web = (ROOT / "docker-compose.yml").read_text() + (ROOT / "Dockerfile").read_text()
    assert "gunicorn" in web
    assert "access-log" not in web
    proxy = (ROOT / "docker" / "Caddyfile").read_text()
    assert "reverse_proxy" in proxy
    assert not re.search(r"^\s*log\b", proxy, re.MULTILINE)


def test_failures_are_logged_without_address_and_search_words(caplog):
    Client().get("/gibt-es-nicht/", {"q": "Ada Muster"}, REMOTE_ADDR="192.0.2.77")
    assert [record.getMessage() for record in caplog.records] == ["Not Found: /gibt-es-nicht/"]


# --- declaration on accessibility ------------------------------------------------------------------------------------


@pytest.fixture
def statement():
    return AccessibilityStatementPage.objects.get()


def test_declaration_contains_what_bitv_demands(statement):
    said = text("/barrierefreiheit/")
    assert statement.status == AccessibilityStatementPage.Status.PARTIAL
    for block in statement.exceptions:
        assert block.value["what"] in said
        assert block.value["why"] in said
    for block in statement.planned:
        assert block.value in said
    assert len(statement.exceptions) >= 4
    assert statement.method in said
    assert statement.assessed_by in said
    assert "schlichtungsstelle-bgg.de" in said
    assert "§ 16 BGG" in said
    assert PRODUCTION["OPERATOR_EMAIL"] in said
    assert 'href="/barriere-melden/"' in Client().get("/barrierefreiheit/").content.decode()


def test_declaration_follows_the_law_of_the_operator():
    law, body = "§ 10 Landesgesetz über Inklusion", "Landesschlichtungsstelle; Schlossplatz 1; 70173 Stuttgart"
    assert law not in text("/barrierefreiheit/")
    with override_settings(OPERATOR_ACCESSIBILITY_LAW=law, OPERATOR_ARBITRATION=body):
        said = text("/barrierefreiheit/")
    assert law in said
    assert "Landesschlichtungsstelle" in said
    assert "Mauerstraße" not in said


def test_declaration_names_the_missing_film_by_itself():
    client = Client()
    before = client.get("/barrierefreiheit/").context["film_is_missing"]
    page = SignLanguagePage.objects.get()
    page.film = Document.objects.create(title="Film in DGS", file=ContentFile(b"film", name="dgs.mp4"))
    page.film_minutes = 4
    page.save_revision().publish()
    try:
        assert (before, client.get("/barrierefreiheit/").context["film_is_missing"]) == (True, False)
        shown = client.get("/gebaerdensprache/").content.decode()
        assert "<video" in shown
        assert " download>" in shown
        assert "(MP4, 4" in shown
    finally:
        page.film.file.delete(save=False)


def test_sign_language_page_is_honest_without_a_film():
    body = Client().get("/gebaerdensprache/").content.decode()
    assert "<video" not in body
    assert "kern-alert--info" in body


def test_founded_assessment_is_no_older_than_twelve_months():
    """BITV 2.0 § 7 Abs. 6. When this fails: assess the portal anew, then change date and texts of the founding."""
    assert timezone.localdate() <= twelve_months_after(ASSESSED_ON)


@pytest.mark.parametrize(
    ("assessed", "due"), [("2026-11-22", "2027-11-22"), ("2028-02-29", "2029-02-28"), ("2027-02-28", "2028-02-28")]
)
def test_assessment_holds_twelve_months(assessed, due):
    assert twelve_months_after(date.fromisoformat(assessed)).isoformat() == due


def test_editors_are_warned_thirty_days_before(statement):
    due = statement.assessment_due_on
    assert statement_warning(due - timedelta(days=31)) is None
    early, last, late = (statement_warning(due + timedelta(days=days)) for days in (-30, 0, 1))
    assert [(warning.due_on, warning.is_overdue) for warning in (early, last, late)] == [
        (due, False), (due, False), (due, True),
    ]  # fmt: skip
    statement.live = False
    statement.save()
    assert statement_warning(due + timedelta(days=1)) is None


def test_readers_are_told_when_the_assessment_is_too_old(statement, time_machine):
    address = "/barrierefreiheit/"
    due = statement.assessment_due_on
    for day, shown in [(due, False), (due + timedelta(days=1), True)]:
        time_machine.move_to(f"{day.isoformat()}T12:00:00+01:00", tick=False)
        response = Client().get(address)
        assert response.context["overdue"] is shown
        assert ("kern-alert--warning" in response.content.decode()) is shown


# --- plain language --------------------------------------------------------------------------------------------------


def test_plain_language_keeps_its_rules():
    """DIN SPEC 33429: short sentences, one a line; long words divided; no passive, no subjunctive, no abbreviations."""
    page = PlainLanguagePage.objects.get()
    lines = []
    for block in page.body:
        source = block.value["text"] if block.block_type == "heading" else block.value.source
        parts = re.split(r"<br/>|</?(?:p|li|ul)>", source)
        lines += [re.sub(r"<[^>]+>", "", part).strip() for part in parts]
    sentences = [s for line in lines if line for s in re.split(r"(?<=[.!?]) ", line)]
    assert len(sentences) > 80
    for sentence in sentences:
        words = sentence.split()
        assert len(words) <= 11, sentence
        for word in words:
            assert max(len(part.strip(".,:?")) for part in word.split("-")) <= 16, word
        assert not re.search(r"\b(wurde|wurden|worden|würde|würden|könnte|sollte|bzw|ggf|usw)\b", sentence), sentence
    assert not page.checked_by_readers
    assert "kern-alert--info" in Client().get("/leichte-sprache/").content.decode()


def test_plain_language_covers_what_bitv_demands():
    """BITV 2.0, Anlage 2: contents, navigation, essentials of the declaration, further content."""
    headings = [block.value["text"] for block in PlainLanguagePage.objects.get().body if block.block_type == "heading"]
    assert headings == [
        "Was ist das hier?",
        "Was finden Sie hier?",
        "Kommunen",
        "Förderung",
        "Leit-Fäden",
        "Aktuelles",
        "So benutzen Sie das Portal",
        "Kann jeder Mensch das Portal benutzen?",
        "Sie haben ein Problem mit dem Portal?",
        "Sie sind mit der Antwort nicht zufrieden?",
        "Mehr in Leichter Sprache",
    ]
