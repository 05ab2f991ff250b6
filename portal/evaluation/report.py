"""A report as an accessible PDF."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.evaluation.models import Measure, Review
from portal.evaluation.presenting import in_words, period, stored_chart, target_in_words, trend_in_words
from portal.printing import content, heading, paragraph, quoted, table, to_pdf


def as_pdf(review: Review, measures: list[Measure], earlier: list[Measure]) -> bytes:
    """Write a published report with its charts, each with its table, tagged for screen readers."""
    title = _("Evaluation report: %(area)s") % {"area": review.area_label}
    day = localtime(review.published_at).date()
    return to_pdf(title, day, partial(_lines, review, measures, earlier))


def _lines(review: Review, measures: list[Measure], earlier: list[Measure], folder: Path) -> Iterator[str]:
    published = localtime(review.published_at)
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
