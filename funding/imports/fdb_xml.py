"""Reads the official XML export of the Förderdatenbank: one document per file, HTML inside CDATA inside XML.

A document is a flat list of properties whose names come from a general content-management template and often say
something else than what they hold (``gsb:regulatoryFWork`` holds the legal requirements). Documents refer to each
other by ``target:/BMWI/…``: a programme to its contacts, links and funders, a contact to its address and website.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from re import findall
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.imports import fdb
from funding.models import Link, Programme
from funding.services import ContactRecord, Finding, LinkRecord, ProgrammeRecord
from funding.vocabularies import Applicant, Area, Field, Kind, Level

MAX_BYTES = 5_000_000
"""Size of one document; real ones have about 25 KB."""

MAX_DEPTH = 100
"""Elements inside each other in one text. Cleaning takes time with the square of it."""

HREF = "{http://www.w3.org/1999/xlink}href"
PROGRAMMES = "/BMWI/FDB/Content/DE/Foerderprogramm/"
TARGET = "target:"

TEXTS = {
    "gsb:teaserText": "summary",  # Kurztext
    "gsb:summary": "description",  # Volltext
    "gsb:regulatoryFWork": "requirements",  # rechtliche Voraussetzungen
    "gsb:procMethod": "procedure",
    "gsb:procInfluence": "deadlines",
    "gsb:competenceDescr": "required_documents",
    "gsb:progress": "processing_time",
    "gsb:functions": "application_language",
    "gsb:bodyText": "legal_basis",  # Richtlinie
    "gsb:procDescription": "legal_citation",
    "gsb:header": "status_note",
}
"""Which property holds which text."""

CODES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "Foerderart": ("kinds", {code: code for code in Kind.values}),
    "Foerderbereich": ("fields", {code: code for code in Field.values}),
    # Two records of the source mean nation-wide, and differ in nothing but the underscore.
    "Foerdergebiet": ("areas", {**fdb.AREAS, "bundesweit": Area.NATIONWIDE}),
    "Foerderberechtigte": ("applicants", {code: code for code in Applicant.values}),
    "Foerdergeber": ("levels", {code: code for code in Level.values}),
}
"""Which classifier holds which codes."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the export, as far as it matters here."""

    path: str
    type: str
    file: str
    values: Mapping[str, str]
    texts: Mapping[str, str]
    links: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The title without markup."""
        return plain(self.texts.get("gsb:title", ""))


def read(files: Iterable[Path]) -> Iterator[ProgrammeRecord | Finding]:
    """Read documents and yield the programmes among them, with what they refer to.

    Documents that cannot be read are findings; the rest is yielded. ``files`` may be one programme alone: then what it
    refers to is not known, and the record is silent about it.
    """
    documents: dict[str, Document] = {}
    for file in files:
        try:
            document = parse(file.read_bytes() if file.stat().st_size <= MAX_BYTES else None, file=str(file))
        except ValueError as error:
            line = error.__cause__.position[0] if isinstance(error.__cause__, ParseError) else None
            yield Finding(file=str(file), line=line, message=str(error))
            continue
        documents[document.path] = document
    for document in documents.values():
        if document.type == "gsb:ServiceOffer" and document.path.startswith(PROGRAMMES):
            yield from _programme(document, documents)


def parse(content: bytes | None, *, file: str) -> Document:
    """Parse one document; None stands for one that is too large.

    Raises:
        ValueError: it is not well-formed, dangerous or something else, in words.
    """
    if content is None:
        raise ValueError(_("The document is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1_000_000})
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        message = _("The document declares a document type or entities, which the export never does.")
        raise ValueError(message) from error
    except (ParseError, ValueError, LookupError) as error:  # LookupError: an encoding that does not exist
        message = _("The document is not well-formed XML (%(reason)s).")
        raise ValueError(message % {"reason": error}) from error
    if root.tag != "document" or not root.get("path", "").startswith("/BMWI/") or not root.get("name"):
        raise ValueError(_("The document is not one of the export of the Förderdatenbank."))
    return _document(root, file=file)


def _document(root: Element, *, file: str) -> Document:
    values: dict[str, str] = {}
    texts: dict[str, str] = {}
    links: dict[str, list[str]] = {}
    for one in root.findall("property"):
        key = one.get("name", "")
        if (value := one.findtext("value")) is not None:
            values[key] = value.strip()
        if (text := one.findtext("text")) is not None:
            texts[key] = unwrap(text)
        if one.get("type") == "LinkList":
            links[key] = _targets(one)
        for classified in one.iter("classifiedLinkList"):
            for classifier in _targets(classified.find("classifierLinks")):
                links.setdefault(classifier.rpartition("/")[2], []).extend(_targets(classified.find("links")))
    path = f"{root.get('path')}/{root.get('name')}"
    return Document(path, root.get("type", ""), file, values, texts, links)


def unwrap(text: str) -> str:
    """Take the CDATA marks off a rich text, byte for byte; a text without content is empty.

    Raises:
        ValueError: elements are nested so deeply that browsers would choke.
    """
    inner = text.removeprefix("<![CDATA[").removesuffix("]]>")
    return inner if plain(inner) else ""


def plain(html: str) -> str:
    """Return the words of a rich text, such as a title, on one line.

    Raises:
        ValueError: as ``unwrap``.
    """
    reader = _Words()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.parts).split())


class _Words(HTMLParser):
    """Collects the text; block elements and line breaks separate words, inline elements do not."""

    VOID = frozenset({"br", "col", "hr", "img", "input", "wbr"})
    INLINE = frozenset({"a", "abbr", "b", "em", "i", "span", "strong", "sub", "sup", "u"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's signature
        self.depth += tag not in self.VOID
        if self.depth > MAX_DEPTH:
            raise ValueError(_("The elements of a text are nested too deeply."))
        if tag not in self.INLINE:
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in self.VOID
        if tag not in self.INLINE:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _targets(element: Element | None) -> list[str]:
    if element is None:
        return []
    return [link.get(HREF, "").removeprefix(TARGET) for link in element.iter("link")]


class _Reading:
    """One programme being read: collects what is to be noted and what this delivery cannot say."""

    def __init__(self, document: Document, documents: Mapping[str, Document]) -> None:
        self.document = document
        self.documents = documents
        self.url = fdb.public_url(document.path)
        self.key = fdb.source_key(self.url)
        self.findings: list[Finding] = []
        self.silent: set[str] = set()

    def note(self, message: str, *, column: str, value: str, rejected: bool = False) -> None:
        self.findings.append(
            Finding(
                file=self.document.file,
                column=column,
                value=value,
                message=message,
                rejected=rejected,
                source_key=self.key,
            )
        )

    def linked(self, target: str, *, name: str) -> Document | None:
        """Return the document that is referred to; where it is missing, the record is silent about ``name``."""
        if found := self.documents.get(target):
            return found
        self.silent.add(name)
        self.note(_("The document that is referred to is not among the readable files."), column=name, value=target)
        return None

    def codes(self) -> dict[str, tuple[str, ...]]:
        found = {}
        for classifier, (name, table) in CODES.items():
            leaves = [target.rpartition("/")[2] for target in self.document.links.get(classifier, ())]
            try:
                found[name] = fdb.translate(leaves, table)
            except fdb.UnknownCodeError as error:
                self.note(
                    _("This code is not in the closed list."),
                    column=classifier,
                    value=error.value,
                    rejected=True,
                )
        return found

    def issued_on(self) -> datetime.date | None:
        text = self.document.values.get("gsb:dateOfIssue", "")
        if not text:
            return None
        try:
            moment = datetime.datetime.fromisoformat(text)
            day = (moment.astimezone(timezone.get_default_timezone()) if moment.tzinfo else moment).date()
        except (ValueError, OverflowError):
            day = None
        if day is None or not fdb.EARLIEST <= day <= fdb.LATEST:
            self.note(_("This date makes no sense and was left out."), column="gsb:dateOfIssue", value=text)
            return None
        return day

    def funders(self) -> tuple[str, ...]:
        names = []
        for target in self.document.links.get("Foerderorganisation", ()):
            funder = self.linked(target, name="funders")
            names.append((funder and funder.title) or target.rpartition("/")[2])
        return tuple(dict.fromkeys(names))

    def contacts(self) -> tuple[ContactRecord, ...]:
        found = [self.linked(target, name="contacts") for target in self.document.links.get("Kontakt", ())]
        return tuple(self._contact(contact) for contact in found if contact)

    def _contact(self, contact: Document) -> ContactRecord:
        addresses = [self.linked(target, name="contacts") for target in contact.links.get("Adresse", ())[:1]]
        values = {**(addresses[0].values if addresses and addresses[0] else {}), **contact.values}
        email = values.get("gsb:email", "")
        if email and not fdb.is_email(email):
            self.note(_("This is not an e-mail address; it was left out."), column="gsb:email", value=email)
            email = ""
        website = ""
        for target in contact.links.get("gsb:website", ())[:1]:
            page = self.documents.get(target)
            website = self._address(page, target)
        return ContactRecord(
            institution=contact.title or contact.path.rpartition("/")[2],
            building=values.get("gsb:building", ""),
            street=" ".join(filter(None, [values.get("gsb:road", ""), values.get("gsb:houseId", "")])),
            post_box=values.get("gsb:postBox", ""),
            postcode=values.get("gsb:zipCode", ""),
            city=values.get("gsb:city", ""),
            country=values.get("gsb:country", ""),
            phone=values.get("gsb:phone", ""),
            mobile=values.get("gsb:mobile", ""),
            fax=values.get("gsb:fax", ""),
            email=email,
            website=website,
        )

    def _address(self, page: Document | None, target: str) -> str:
        """Return where a linked document leads: its own address, or its page at the source."""
        url = page.values.get("gsb:url", "") if page else ""
        if url and not fdb.is_web_address(url):
            self.note(
                _("This is not a web address; the page of the source stands for it."),
                column="gsb:url",
                value=url,
            )
            url = ""
        return url or fdb.public_url(target)

    def links(self) -> tuple[LinkRecord, ...]:
        wanted = [(Link.Kind.FURTHER, target) for target in self.document.links.get("ExternerLink", ())]
        for key, name in TEXTS.items():
            kind = Link.Kind.LEGAL_BASIS if name in {"legal_basis", "legal_citation"} else Link.Kind.TEXT
            wanted += [(kind, target) for target in findall(r'href="target:([^"]+)"', self.document.texts.get(key, ""))]
        records = []
        for kind, target in dict.fromkeys(wanted):
            page = self.linked(target, name="links")
            if page:
                url = self._address(page, target)
                records.append(LinkRecord(kind=kind.value, title=page.title or url, url=url, target=target))
        return tuple(records)


def _programme(document: Document, documents: Mapping[str, Document]) -> Iterator[ProgrammeRecord | Finding]:
    reading = _Reading(document, documents)
    values: dict[str, Any] = {name: document.texts.get(key, "") for key, name in TEXTS.items()}
    values |= reading.codes()
    title = document.title or reading.key  # as the licence line of the CSV does
    record = ProgrammeRecord(
        source_key=reading.key,
        source_url=reading.url,
        attribution=fdb.attribution(title, reading.url),
        title=title,
        text_format=Programme.TextFormat.HTML.value,
        keywords=document.values.get("gsb:keywords", ""),
        issued_on=reading.issued_on(),
        funders=reading.funders(),
        contacts=reading.contacts(),
        links=reading.links(),
        silent=frozenset(reading.silent),
        file=document.file,
        **values,
    )
    yield from reading.findings
    if not any(finding.rejected for finding in reading.findings):
        yield record
