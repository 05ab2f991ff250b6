"""Numbers of a chart as people read them, and round numbers for its scale."""

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

MOST_TICKS = 5
"""About so many steps has a scale."""


def number(value: float, decimals: int = 0) -> str:
    """Write a number for people: grouped, with a real minus sign."""
    # Django cuts the decimals of a float off; and nothing has no sign.
    rounded = Decimal(f"{value:.{decimals}f}") + 0
    return number_format(rounded, decimals, use_l10n=True, force_grouping=True).replace("-", "−")


def day(value: dt.date) -> str:
    """Write a day as short as a scale needs it."""
    return date_format(value, "SHORT_DATE_FORMAT")


def percent(share: float | None, decimals: int) -> str:
    """Write a share (1 is all of it) in per cent; a small one never reads like nothing."""
    if share is None:
        return _("not stated")
    least = 10.0**-decimals
    if 0 < share * 100 < least:
        return _("under %(number)s %%") % {"number": number(least, decimals)}
    return _("%(number)s %%") % {"number": number(share * 100, decimals)}


def ticks(low: float, high: float, decimals: int = 0) -> list[float]:
    """Return round numbers at equal distances that enclose both: 1, 2 or 5 times a power of ten apart.

    They are never closer than the last decimal shown, so that no two read alike.
    """
    if low == high:
        low, high = (min(low, 0), max(high, 0)) if low else (0, 1)
    wanted = (high - low) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(wanted))
    step = max(next(f * power for f in (1, 2, 5, 10) if f * power >= wanted * 0.999), 10.0**-decimals)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 12) for n in range(first, max(last, first + 1) + 1)]


def digits_of(scale: Sequence[float]) -> int:
    """How many decimals the numbers of a scale need."""
    return max(0, -math.floor(math.log10(scale[1] - scale[0]) + 1e-9))
