"""Charts and maps on paper: the PDF of a page holds the same pictures, drawn and not photographed."""

import re
import zlib
from collections.abc import Callable

import pytest

from portal.charts.drawing import MARK, SHADES
from tests.browser.conftest import DARK, LIGHT, Visit
from tests.browser.sites import Site
from tests.factories.directory import AssociationFactory, MunicipalityFactory


def drawn(pdf: bytes) -> bytes:
    """All that is drawn in a PDF, unpacked."""
    parts = []
    for start in re.finditer(rb"stream\r?\n", pdf):
        try:
            parts.append(zlib.decompressobj().decompress(pdf[start.end() :]))
        except zlib.error:
            continue  # a font or a picture, not packed that way
    return b"\n".join(parts)


def in_pdf(colour: str) -> bytes:
    """A colour as Chromium writes it into a PDF: three shares of 1, with four decimals."""
    shares = (f"{int(colour[n : n + 2], 16) / 255:.4f}".rstrip("0").lstrip("0") for n in (1, 3, 5))
    return " ".join(shares).encode()


def alternatives(pdf: bytes) -> list[str]:
    """The texts that stand for pictures in a tagged PDF: plain, or as hexadecimal UTF-16 where that is not enough."""
    plain = [text.decode("ascii") for text in re.findall(rb"/Alt \(([^)]*)\)", pdf)]
    coded = [bytes.fromhex(digits.decode()) for digits in re.findall(rb"/Alt <([0-9A-F]+)>", pdf)]
    return plain + [text.decode("utf-16") for text in coded]


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_the_pdf_of_a_page_has_its_charts_and_maps(site: Site, visit: Callable[..., Visit], scheme: str) -> None:
    association = AssociationFactory(id="160615001", name="Verband")
    for number in range(3):
        MunicipalityFactory(association=association, population=1000 + number, longitude=9 + number / 10)
    page = visit(scheme=scheme).page
    page.goto(association.get_absolute_url())
    (chart,) = page.locator("svg.chart").all()
    title, description = (chart.locator(f"> {part}").text_content() for part in ("title", "desc"))
    pdf = page.pdf(tagged=True)
    assert pdf.startswith(b"%PDF-")
    # What a screen reader is told of the picture, in the PDF as on the page.
    assert f"{title} {description}" in alternatives(pdf)
    content = drawn(pdf)
    assert content.count(in_pdf(SHADES[0]) + b" rg\n") == 3, "a filled bar for each municipality"
    assert in_pdf(MARK) + b" RG" in content, "the dots of the maps"


def test_the_pdf_of_a_page_without_pictures_has_none_of_their_colours(site: Site, visit: Callable[..., Visit]) -> None:
    """The control of the test above."""
    page = visit().page
    page.goto(AssociationFactory(id="160615001").get_absolute_url())
    content = drawn(page.pdf(tagged=True))
    assert b" rg\n" in content
    assert in_pdf(SHADES[0]) not in content
    assert in_pdf(MARK) not in content
