"""What an import did: counts with line numbers, what it could not use, and what the register holds after it."""

import datetime as dt
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    KNOWN = "known"
    """This very file had been imported before; it was compared again."""
    SUPERSEDED = "superseded"
    """This very file had been imported before, and a newer one after it; there was nothing to do."""


@dataclass(slots=True)
class Level:
    """What happened to one kind of rows. Lines are those of the file."""

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: int = 0
    retired: list[str] = field(default_factory=list)
    """Keys of what the file no longer holds."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was read but could not be used."""

    file: str
    line: int
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A municipality that no longer exists and whose successors no imported list names."""

    ags: str
    name: str
    valid_to: dt.date


@dataclass(frozen=True, slots=True)
class Totals:
    """What the register holds today, without what no longer exists."""

    laender: int
    districts: int
    associations: int
    municipalities: int
    unincorporated: int
    population: int
    area_km2: Decimal
    retired_municipalities: int
    with_coordinates: int


@dataclass(slots=True)
class FileReport:
    """What one file did."""

    name: str
    kind: str
    as_of: dt.date
    sha256: str
    status: Status
    lines: int = 0
    levels: dict[str, Level] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """What one call did."""

    dry_run: bool
    files: list[FileReport] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    successions: int = 0
    """Successions that this call added."""
    totals: Totals | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether the database is as it was before."""
        return not self.successions and all(
            not (level.created or level.changed or level.retired)
            for file in self.files
            for level in file.levels.values()
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``json.dumps``: dates as ISO 8601, decimals as text."""
        plain: dict[str, Any] = _plain({**asdict(self), "changes_nothing": self.changes_nothing})
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal | StrEnum):
        return str(value)
    return value
