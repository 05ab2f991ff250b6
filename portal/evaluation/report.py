"""A report as an accessible PDF (PDF/UA-1): Typst refuses to write one that is not."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.evaluation.models import Measure, Review
from portal.evaluation.presenting import in_words, period, stored_chart, target_in_words, trend_in_words

STANDARD: Literal["ua-1"] = "ua-1"

FRAME = """#set document(title: {title}, author: {author}, date: datetime(year: {year}, month: {month}, day: {day}))
#set page(paper: "a4", margin: (x: 2.2cm, y: 2.4cm), numbering: "1 / 1")
#set text(lang: "de", size: 10.5pt, font: ("Libertinus Serif",))
#set par(justify: false, leading: 0.7em)
#set table(stroke: 0.5pt + luma(60%), inset: 5pt)
#show heading: it => block(above: 1.4em, below: 0.7em, it)
#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 2): set text(size: 14pt)
"""


def as_pdf(review: Review, measures: list[Measure], earlier: list[Measure]) -> bytes:
    """Write a published report with its charts, each with its table, tagged for screen readers."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.typ"
        source.write_text("\n".join(_lines(review, measures, earlier, Path(folder))), encoding="utf-8")
        return typst.compile(source, format="pdf", pdf_standards=STANDARD, ignore_system_fonts=True)


def _lines(review: Review, measures: list[Measure], earlier: list[Measure], folder: Path) -> Iterator[str]:
    published = localtime(review.published_at)
    title = _("Evaluation report: %(area)s") % {"area": review.area_label}
    yield FRAME.format(
        title=quoted(title),
        author=quoted(str(settings.WAGTAIL_SITE_NAME)),
        year=published.year,
        month=published.month,
        day=published.day,
    )
    yield heading(1, title)
    yield paragraph(period(review.since, review.until))
    yield paragraph(_("Published on %(date)s.") % {"date": date_format(published, "DATE_FORMAT")})
    yield heading(2, _("Findings"))
    yield from (paragraph(one) for one in review.findings.split("\n\n"))
    yield heading(2, _("Figures"))
    for number, figure in enumerate(one for one in review.figures if one["public"]):
        yield from _figure(figure, number, folder)
    if review.matters:
        yield heading(2, _("What was looked at"))
        yield table([_("What"), _("Number")], [[one["label"], in_words(one["number"])] for one in review.matters])
    yield heading(2, _("Measures"))
    yield _measures(measures) if measures else paragraph(_("No measure was decided."))
    if earlier:
        yield heading(2, _("What became of earlier measures"))
        yield _measures(earlier)


def _figure(figure: dict[str, Any], number: int, folder: Path) -> Iterator[str]:
    yield heading(3, figure["label"])
    yield paragraph(figure["question"])
    value = f"{in_words(figure['value'])} {figure['unit']}".strip()
    said = [value, trend_in_words(figure["change"], figure["unit"])]
    target = target_in_words(figure["target"], figure["better"], figure["unit"])
    if target:
        said.append(_("Target: %(target)s") % {"target": target})
    yield paragraph(" · ".join(part for part in said if part))
    chart = stored_chart(figure, number)
    if chart is None:
        return
    (folder / f"{number}.svg").write_text(chart.document(), encoding="utf-8")
    alternative = _("Line: %(label)s from %(first)s to %(last)s; the table below has the figures.") % {
        "label": figure["label"],
        "first": chart.categories[0],
        "last": chart.categories[-1],
    }
    picture = f'image("{number}.svg", width: 75%, alt: {quoted(alternative)})'
    yield f"#figure({picture}, caption: {content(str(chart.title))})"
    rows = [[cell.text for cell in row] for row in chart.table.rows]
    yield table([column.label for column in chart.table.columns], rows)


def _measures(measures: list[Measure]) -> str:
    header = [_("What is to be done"), _("Who"), _("Until"), _("State"), _("What became of it")]
    rows = [
        [
            one.text,
            one.function,
            date_format(one.due_on, "SHORT_DATE_FORMAT"),
            str(one.get_state_display()),
            one.result,
        ]
        for one in measures
    ]
    return table(header, rows)


def quoted(text: str) -> str:
    """Write a text as a string of Typst; nothing in it is read as a command."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ").replace("\t", " ")
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


def table(header: list[str], rows: list[list[str]]) -> str:
    """Write a table whose header is one for screen readers, and stands on each page again."""
    cells = ", ".join(content(cell) for row in rows for cell in row)
    head = ", ".join(f"strong({content(cell)})" for cell in header)
    return f"#table(columns: {len(header)}, table.header({head}), {cells})"
