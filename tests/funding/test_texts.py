"""Showing the texts of a source: safe, with a sane outline, and otherwise unchanged."""

import json
import re
from pathlib import Path

import pytest

from funding.models import Programme
from funding.templatetags.funding import clean, source_text
from tests.factories.funding import LinkFactory, ProgrammeFactory

BAD_INPUT = Path(__file__).resolve().parents[3] / "shared" / "data" / "bad-input"


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "given, shown",
    [
        ("<h2>A</h2><p>b</p><h2>C</h2>", "<h3>A</h3><p>b</p><h3>C</h3>"),
        ("<h5>A</h5><p>b</p>", "<h3>A</h3><p>b</p>"),
        ("<h1>A</h1><h4>B</h4><h2>C</h2>", "<h3>A</h3><h4>B</h4><h4>C</h4>"),
        ("<h4>A</h4><h2>B</h2><h3>C</h3>", "<h3>A</h3><h3>B</h3><h4>C</h4>"),
        ("".join(f"<h{n}>x</h{n}>" for n in range(1, 7)), "".join(f"<h{n}>x</h{n}>" for n in (3, 4, 5, 6, 6, 6))),
        ('<ul><li>a</li></ul><ol start="3"><li>b</li></ol>', '<ul><li>a</li></ul><ol start="3"><li>b</li></ol>'),
        (
            '<table><tr><th scope="row" colspan="2" style="color:red">a</th><td>b</td></tr></table>',
            '<table><tbody><tr><th scope="row" colspan="2">a</th><td>b</td></tr></tbody></table>',
        ),
        ('<abbr class="x" title="Euro">EUR</abbr>', '<abbr title="Euro">EUR</abbr>'),
        ("a<script>alert(1)</script>b", "ab"),
        ('<p onclick="x()">a</p><img src="https://example.org/x.png"><iframe src="x"></iframe>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener noreferrer">a</a>'),
        ('<a href="data:text/html,x">a</a>', '<a rel="noopener noreferrer">a</a>'),
        ('<a href="target:/etc/passwd">a</a>', '<a rel="noopener noreferrer">a</a>'),
        ('<a href="//example.org/x">a</a>', '<a rel="noopener noreferrer">a</a>'),
        (
            '<a href="/FDB/x.html">a</a>',
            '<a href="https://www.foerderdatenbank.de/FDB/x.html" rel="noopener noreferrer">a</a>',
        ),
        (
            '<a xlink:type="simple" xlink:href="target:/BMWI/FDB/Content/DE/Kontakt/ffa" xlink:show="new">a</a>',
            '<a href="https://www.foerderdatenbank.de/FDB/Content/DE/Kontakt/ffa.html" rel="noopener noreferrer">a</a>',
        ),
        ('&lt;a xlink:href="x"&gt;', '&lt;a xlink:href="x"&gt;'),
    ],
)
def test_html_is_cleaned_and_keeps_its_meaning(given, shown):
    assert clean(given) == shown


@pytest.mark.django_db
def test_known_document_is_linked_where_it_leads():
    programme = ProgrammeFactory(
        imported=True, text_format="html", description='<a xlink:href="target:/BMWI/FDB/x">a</a>'
    )
    LinkFactory(programme=programme, target="/BMWI/FDB/x", url="https://example.org/ziel")
    assert source_text(programme, "description") == (
        '<a href="https://example.org/ziel" rel="noopener noreferrer">a</a>'
    )


@pytest.mark.django_db
def test_plain_text_is_escaped_and_keeps_its_paragraphs():
    programme = ProgrammeFactory(description="Eins <b>\n\nZwei & drei")
    assert source_text(programme, "description") == "<p>Eins &lt;b&gt;</p>\n\n<p>Zwei &amp; drei</p>"


@pytest.mark.django_db
def test_no_word_of_the_real_texts_is_lost(export, capsys):
    from django.core.management import call_command

    call_command("import_funding", str(export))
    shown = 0
    for programme in Programme.objects.all():
        for name in ("summary", "description", "requirements", "legal_basis", "legal_citation"):
            text = getattr(programme, name)
            if text:
                shown += 1
                cleaned = source_text(programme, name)
                assert words(cleaned.replace("&nbsp;", " ")) == words(text.replace("&#xa0;", " "))
                assert "target:" not in cleaned
                assert "<h1" not in cleaned
    assert shown == 7


def test_xss_payloads_leave_nothing_that_runs():
    file = BAD_INPUT / "xss" / "dompurify_expect.json"
    if not BAD_INPUT.is_dir():
        pytest.skip("the hostile inputs are not there (../shared/data/bad-input)")
    payloads = [entry["payload"] for entry in json.loads(file.read_text(encoding="utf-8"))]
    assert len(payloads) > 100
    for payload in payloads:
        cleaned = clean(payload)
        tags = re.findall(r"<([a-z0-9]+)([^<>]*)>", cleaned, flags=re.IGNORECASE)
        for tag, attributes in tags:
            assert tag.lower() not in {"script", "iframe", "object", "embed", "svg", "math", "style", "form", "img"}
            assert not re.search(r"\son\w+\s*=", attributes, flags=re.IGNORECASE)
            for address in re.findall(r'href="([^"]*)"', attributes):
                assert address.startswith(("http://", "https://", "mailto:", "tel:"))
