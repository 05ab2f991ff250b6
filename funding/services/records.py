"""What an import takes and what it answers: records of programmes as a source tells them, findings and the report."""

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """A contact as a source names it; the fields are those of ``Contact``."""

    institution: str
    building: str = ""
    street: str = ""
    post_box: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    phone: str = ""
    mobile: str = ""
    fax: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """A link as a source names it; the fields are those of ``Link``."""

    kind: str
    title: str
    url: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRecord:
    """A programme as a source tells it, its texts unchanged; the fields are those of ``Programme``.

    Attributes:
        absent: the source says that it no longer has the programme.
        absent_since: since when, where the source says that.
        silent: names of fields that this delivery says nothing about: a value that is there already stays.
        file, line: where it stands, for the report.
    """

    source_key: str
    source_url: str
    attribution: str
    title: str
    text_format: str
    summary: str = ""
    description: str = ""
    requirements: str = ""
    procedure: str = ""
    deadlines: str = ""
    required_documents: str = ""
    processing_time: str = ""
    application_language: str = ""
    legal_basis: str = ""
    legal_citation: str = ""
    status_note: str = ""
    keywords: str = ""
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    funders: tuple[str, ...] = ()
    issued_on: datetime.date | None = None
    contacts: tuple[ContactRecord, ...] = ()
    links: tuple[LinkRecord, ...] = ()
    absent: bool = False
    absent_since: datetime.date | None = None
    silent: frozenset[str] = frozenset()
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a report has to say about one place in a file.

    Attributes:
        rejected: the record was not imported; otherwise it was, and this is a note.
        source_key: the programme's key, where it could be read.
    """

    file: str
    message: str
    rejected: bool = True
    line: int | None = None
    column: str = ""
    value: str = ""
    source_key: str = ""

    def __str__(self) -> str:
        """Place, column, value and what is the matter."""
        place = (
            self.file if self.line is None else _("%(file)s, line %(line)s") % {"file": self.file, "line": self.line}
        )
        about = f" [{self.column}]" if self.column else ""
        value = f" “{self.value}”" if self.value else ""
        return f"{place}{about}: {self.message}{value}"


@dataclass(slots=True, kw_only=True)
class Report:
    """What an import did; with ``dry_run`` what it would have done.

    Attributes:
        absent: programmes that were marked as no longer in the source.
        unpublished: programmes that came in as drafts because something they need for publishing is missing.
        held: fields that differ and wait for an editor.
        protected: fields that differ and that editors have protected.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    unpublished: int = 0
    held: int = 0
    protected: int = 0
    dry_run: bool = False
    rejected: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    @property
    def imported(self) -> int:
        """Records that are in the database as the source has them."""
        return self.created + self.changed + self.unchanged + self.held


COUNTS: dict[str, "StrOrPromise"] = {
    "created": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "held": gettext_lazy("fields that wait for an editor"),
    "protected": gettext_lazy("fields that are protected and stay"),
    "absent": gettext_lazy("newly marked as no longer in the source"),
    "unpublished": gettext_lazy("of the new ones as drafts"),
}
"""The figures of a report, and what they are called."""


class ImportRunningError(Exception):
    """Another import of funding programmes is running."""


class SourceShrankError(Exception):
    """A source has lost so many programmes at once that somebody has to look at it first."""
