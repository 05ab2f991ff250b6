"""The building blocks: previews, drawing, what they refuse."""

import re
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.blocks import Block, ListBlock, StreamBlock, StructBlock
from wagtail.blocks.stream_block import StreamBlockValidationError

from portal.content.blocks import (
    BodyBlock,
    HelpOfferBlock,
    QuestionBlock,
    RelatedBlock,
    StatementBodyBlock,
    StepBlock,
    TermBlock,
)
from portal.content.blocks.media import DownloadBlock
from portal.content.drawing import draw_chart
from tests.factories.accounts import UserFactory
from tests.factories.content import GuideFactory, ImageFactory, home_page

pytestmark = pytest.mark.django_db

CHOOSABLE = {
    **BodyBlock().child_blocks,
    **StatementBodyBlock().child_blocks,
    "step": StepBlock(),
    "question": QuestionBlock(),
    "term": TermBlock(),
    "help offer": HelpOfferBlock(),
    "file": DownloadBlock(),
    "related": RelatedBlock(),
}


class Outline(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self):
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.attributes: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.attributes += [name for name, _value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]


@pytest.mark.parametrize("name", CHOOSABLE)
def test_block_has_a_preview_under_the_rules_of_the_portal(client, name):
    home_page()
    GuideFactory()
    block = CHOOSABLE[name]
    assert block.is_previewable, name
    client.force_login(UserFactory(is_superuser=True))
    response = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    body = response.content.decode()
    assert response.status_code == 200
    seen = Outline()
    seen.feed(body)
    assert seen.headings[0] == 1
    assert all(deeper - level <= 1 for level, deeper in zip(seen.headings, seen.headings[1:], strict=False)), (
        seen.headings
    )
    assert len(seen.ids) == len(set(seen.ids))
    assert {"style", "script"} & set(seen.tags) == set()
    assert [attribute for attribute in seen.attributes if attribute == "style" or attribute.startswith("on")] == []
    assert "css/content.css" in body
    assert '<html lang="de">' in body
    shown = re.sub(r"<[^>]+>", " ", body.split("</h1>")[1])
    assert shown.strip() or name == "offers", name


def walk(block: Block):
    yield block
    if isinstance(block, StructBlock | StreamBlock):
        for child in block.child_blocks.values():
            yield from walk(child)
    elif isinstance(block, ListBlock):
        yield from walk(block.child_block)


def test_every_block_has_a_label_for_people():
    blocks = [inner for block in CHOOSABLE.values() for inner in walk(block)]
    assert len(blocks) > 30
    assert [block for block in blocks if not str(block.label)] == []


def body_of(*levels_and_texts):
    block = BodyBlock()
    return block, block.to_python(
        [{"type": "heading", "value": {"level": level, "text": text}} for level, text in levels_and_texts]
    )


def test_headings_in_order_are_accepted():
    block, value = body_of(("2", "Eins"), ("3", "Zwei"), ("2", "Drei"))
    assert len(block.clean(value)) == 3


@pytest.mark.parametrize(
    "headings, wrong",
    [
        ([("3", "Zu tief")], [0]),
        ([("2", "Gleich"), ("2", "gleich!")], [1]),
        ([("2", "Äpfel"), ("3", "Aepfel")], [1]),
    ],
)
def test_headings_that_mislead_are_refused_with_their_place(headings, wrong):
    block, value = body_of(*headings)
    with pytest.raises(StreamBlockValidationError) as raised:
        block.clean(value)
    assert sorted(raised.value.block_errors) == wrong


def chart(**changes):
    values = {
        "title": "Anträge",
        "description": "Es werden mehr.",
        "kind": "bars",
        "unit": "Stück",
        "rows": [{"label": "2025", "value": 1.0}, {"label": "2026", "value": 2.5}],
        "source": "Muster",
    }
    return draw_chart({**values, **changes})


def test_chart_has_the_figures_in_picture_and_table():
    drawn = chart()
    assert [[cell.text for cell in row] for row in drawn.table.rows] == [["2025", "1,0"], ["2026", "2,5"]]
    assert "<svg" in drawn.svg
    assert chart(kind="line").svg != drawn.svg
    assert str(chart(unit="").unit)


def test_charts_on_one_page_have_names_of_their_own():
    assert chart().key == chart().key
    keys = {
        chart().key,
        chart(title="Andere").key,
        chart(kind="line").key,
        chart(rows=[{"label": "a", "value": 1}]).key,
    }
    assert len(keys) == 4


@pytest.mark.parametrize(
    "figures, shown",
    [
        ([1, 2], ["1", "2"]),
        ([0.333333, 2], ["0,33", "2,00"]),
        ([-4.5, 1_000_000], ["−4,5", "1.000.000,0"]),
        ([0, 0], ["0", "0"]),
    ],
)
def test_chart_shows_as_many_decimals_as_were_entered(figures, shown):
    drawn = chart(rows=[{"label": str(n), "value": figure} for n, figure in enumerate(figures)])
    assert [row[1].text for row in drawn.table.rows] == shown


@pytest.mark.parametrize("address", ["//evil.example.org", "https://evil.example.org", "kontakt"])
def test_help_leads_to_no_other_site(address):
    block = HelpOfferBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"label": "Wir", "text": "Hilfe.", "page": None, "address": address}))


def test_picture_without_a_description_is_refused():
    block = BodyBlock().child_blocks["picture"]
    image = ImageFactory()
    undescribed = {"image": {"image": image.pk, "decorative": False, "alt_text": ""}, "caption": ""}
    with pytest.raises(ValidationError):
        block.clean(block.to_python(undescribed))
    described = {"image": {"image": image.pk, "decorative": False, "alt_text": "Ein Amt"}, "caption": ""}
    assert block.clean(block.to_python(described))["image"].contextual_alt_text == "Ein Amt"
