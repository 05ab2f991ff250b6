"""What the demonstration shows and offers to download: a drawing and two documents, all made here and free to use."""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image as Canvas
from PIL import ImageDraw

from portal.content.models import Document, Image
from portal.printing import heading, paragraph, terms, to_pdf
from projects.models import AgreementTemplate

AGREEMENT = Path(__file__).parent.parent / "demo_data" / "agreement.json"
"""A template for an agreement, in plain words: its day is fixed, so that it is printed the same each time."""

CREDIT = "Zeichnung für die Demonstration, CC0 1.0"

SKY, GRASS, ROAD, WOOD, POST, SIGN, TEXT = (
    *("#dbeafe", "#bbd7a8", "#6b7280", "#92400e", "#374151", "#fde68a", "#1f2937"),
)


def drawing() -> Image:
    """Draw a ride-share bench beside a road, and store it with what people hear who do not see it."""
    canvas = Canvas.new("RGB", (960, 540), SKY)
    pen = ImageDraw.Draw(canvas)
    pen.rectangle((0, 330, 960, 540), fill=GRASS)
    pen.rectangle((0, 430, 960, 510), fill=ROAD)
    for left in range(20, 960, 120):
        pen.rectangle((left, 466, left + 60, 474), fill="#ffffff")
    for height in (250, 290, 340):
        pen.rectangle((240, height, 560, height + 22), fill=WOOD)
    for left in (260, 526):
        pen.rectangle((left, 250, left + 14, 415), fill=POST)
    pen.rectangle((660, 130, 676, 415), fill=POST)
    pen.rectangle((590, 70, 746, 170), fill=SIGN, outline=TEXT, width=4)
    pen.polygon(((620, 105), (680, 105), (680, 88), (720, 120), (680, 152), (680, 135), (620, 135)), fill=TEXT)
    pen.ellipse((654, 240, 682, 268), fill="#b91c1c", outline=TEXT, width=3)
    file = io.BytesIO()
    canvas.save(file, "PNG", optimize=True)
    made: Image = Image.objects.create(
        title="Mitfahrbank (Demonstration)",
        description="Eine Bank aus Holz an der Straße, daneben ein Pfosten mit rotem Knopf und einem Schild mit Pfeil.",
        credit=CREDIT,
        file=ContentFile(file.getvalue(), name="mitfahrbank.png"),
    )
    return made


def plan_of_the_bench() -> Document:
    """Print what is needed to build the bench."""

    def lines(_folder: Path) -> Iterator[str]:
        yield paragraph("Für die Demonstration erfunden. Bitte bauen Sie nicht danach.")
        yield heading(2, "Was Sie brauchen")
        yield terms(
            (
                ("Bank", "zwei Stützen, drei Bretter, wetterfest gestrichen"),
                ("Anzeige", "ein Schild, das in der Sonne lesbar ist, auf Augenhöhe auch im Sitzen"),
                ("Knopf", "groß, gut zu ertasten, höchstens 85 Zentimeter über dem Boden"),
            )
        )

    title = "Bauplan der Mitfahrbank (Demonstration)"
    return _kept(title, to_pdf(title, date(2026, 1, 15), lines), "bauplan-mitfahrbank.pdf")


def offer_agreement() -> None:
    """Offer the template for an agreement, once."""
    written: dict[str, Any] = json.loads(AGREEMENT.read_text(encoding="utf-8"))
    if AgreementTemplate.objects.filter(title=written["title"]).exists():
        return
    document = _kept(written["title"], agreement(written), "muster-gemeinsame-ausschreibung.pdf")
    AgreementTemplate.objects.create(title=written["title"], summary=written["summary"], document=document)


def agreement(written: dict[str, Any]) -> bytes:
    """Print the template."""

    def lines(_folder: Path) -> Iterator[str]:
        yield heading(2, "Keine Rechtsberatung")
        yield from map(paragraph, written["notice"])
        for section in written["sections"]:
            yield heading(2, section["heading"])
            yield from map(paragraph, section["paragraphs"])

    return to_pdf(written["title"], date.fromisoformat(written["day"]), lines)


def _kept(title: str, printed: bytes, name: str) -> Document:
    made: Document = Document.objects.create(title=title, file=ContentFile(printed, name=name))
    return made
