"""Accessible PDF (PDF/UA-1), set by Typst, which refuses to write one that is not.

What is to be printed is given as lines of Typst, made by the functions below: what somebody wrote reaches it as strings
only, never as a command.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import typst
from django.conf import settings

STANDARD: Literal["ua-1"] = "ua-1"

FRAME = """#set document(title: {title}, author: {author}, date: datetime(year: {year}, month: {month}, day: {day}))
#set page(paper: "a4", margin: (x: 2.2cm, y: 2.4cm), numbering: "1 / 1")
#set text(lang: "de", size: 10.5pt, font: ("Libertinus Serif",))
#set par(justify: false, leading: 0.7em)
#set table(stroke: 0.5pt + luma(60%), inset: 5pt)
#set terms(hanging-indent: 1.2em, spacing: 0.7em)
#show link: underline
#show heading: it => block(above: 1.4em, below: 0.7em, it)
#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 2): set text(size: 14pt)
"""

type Lines = Callable[[Path], Iterable[str]]
"""Makes the lines below the title; may lay pictures into the folder that it is given."""


def to_pdf(title: str, day: date, lines: Lines) -> bytes:
    """Print a document, tagged for screen readers, with its title as the first heading."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "document.typ"
        source.write_text("\n".join(_document(title, day, lines(Path(folder)))), encoding="utf-8")
        return typst.compile(source, format="pdf", pdf_standards=STANDARD, ignore_system_fonts=True)


def _document(title: str, day: date, lines: Iterable[str]) -> Iterator[str]:
    author = quoted(str(settings.WAGTAIL_SITE_NAME))
    yield FRAME.format(title=quoted(title), author=author, year=day.year, month=day.month, day=day.day)
    yield heading(1, title)
    yield from lines


def page_count(printed: bytes) -> int:
    """Count the pages of a document that was printed here; Typst writes the pages' objects uncompressed."""
    return len(PAGE.findall(printed))


PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")

UNPRINTABLE = dict.fromkeys([*range(0x20), 0x7F], " ")
"""Control characters, which have no place on paper, become spaces."""


def quoted(text: str) -> str:
    """Write a text as a string of Typst; nothing in it is read as a command."""
    escaped = text.translate(UNPRINTABLE).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def content(text: str) -> str:
    """Write a text as content of Typst."""
    return f"text({quoted(text)})"


def heading(level: int, text: str) -> str:
    """Write a heading."""
    return f"#heading(level: {level}, {content(text)})"


def paragraph(text: str) -> str:
    """Write a paragraph."""
    return f"#par({content(' '.join(text.split()))})\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table whose header is one for screen readers, and stands on each page again."""
    cells = ", ".join(content(cell) for row in rows for cell in row)
    head = ", ".join(f"strong({content(cell)})" for cell in header)
    return f"#table(columns: {len(header)}, table.header({head}), {cells})"


def terms(pairs: Iterable[tuple[str, str]]) -> str:
    """Write names with what they stand for, as a list."""
    items = ", ".join(f"terms.item(strong({content(name)}), {content(value)})" for name, value in pairs)
    return f"#terms({items})"
