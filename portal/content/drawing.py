"""Charts from what editors enter."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.charts import BarChart, Chart, LineChart, Series

MOST_DECIMALS = 2


def draw_chart(value: Mapping[str, Any]) -> Chart:
    """Make the chart of a block's values."""
    figures = [row["value"] for row in value["rows"]]
    kind = LineChart if value["kind"] == "line" else BarChart
    unit = value["unit"] or _("Value")
    return kind(
        key=_key(value),
        title=value["title"],
        description=value["description"],
        unit=unit,
        heading=_("Name"),
        categories=[row["label"] for row in value["rows"]],
        series=[Series(unit, figures)],
        decimals=max((_decimals(figure) for figure in figures), default=0),
        source=value["source"],
    )


def _key(value: Mapping[str, Any]) -> str:
    """Name the chart by its content: two that are alike would be the same picture twice."""
    words = repr((value["title"], value["kind"], [(row["label"], row["value"]) for row in value["rows"]]))
    return f"chart-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def _decimals(figure: float) -> int:
    """How many digits behind the comma an entered figure has."""
    return next((digits for digits in range(MOST_DECIMALS) if round(figure, digits) == figure), MOST_DECIMALS)
