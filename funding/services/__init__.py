"""Writing funding programmes: importing them from a source. What editors write, they write in the editors' admin."""

from funding.services.importing import IMPORT_LOCK, import_programmes
from funding.services.records import (
    COUNTS,
    ContactRecord,
    Finding,
    ImportRunningError,
    LinkRecord,
    ProgrammeRecord,
    Report,
    SourceShrankError,
)

__all__ = [
    "COUNTS",
    "IMPORT_LOCK",
    "ContactRecord",
    "Finding",
    "ImportRunningError",
    "LinkRecord",
    "ProgrammeRecord",
    "Report",
    "SourceShrankError",
    "import_programmes",
]
