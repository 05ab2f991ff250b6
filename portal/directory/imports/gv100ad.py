"""GV100AD, the register of municipalities of the Federal Statistical Office: 220 characters a line, fixed width.

Columns as in landscape 2.3, proved on the files of 30 Nov 2023 and 30 Nov 2025. The file holds no sums and no count of
its own, so that what makes it whole is its hierarchy: every line stands after the lines of the places above it, keys
ascend, every association and district has members. A cut or shuffled file breaks one of these rules.
"""

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.directory.imports.source import Refused
from portal.directory.models import Association, District, Municipality
from portal.directory.names import complete_name

LINE_LENGTH = 220
RECORD_TYPES = {"10": 2, "20": 3, "30": 4, "40": 5, "50": 9, "60": 12}
"""Satzart, and how many digits the key of such a record has."""

LAENDER = 16
LEAST_MUNICIPALITIES = 10_000
"""No register of all Germany has fewer: there were 10,953 records in November 2025."""

PSEUDO_ASSOCIATION = "50"
"""Textkennzeichen of a municipality that belongs to no association and stands in as one."""

_STRANGE = re.compile(r"[^ -~ÄÖÜäöüßĆČĚŁŃÓŔŘŚŠŹŽćčěłńóŕřśšźžÅÆØåæøéèëêâôáàíúçñ’–]")
_BROKEN_UTF8 = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A Land, a district or an association."""

    line: int
    key: str
    official_name: str
    seat: str
    kind: str


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """A municipality or an unincorporated area; ``postcode`` is that of the administration, or empty."""

    line: int
    ags: str
    ars: str
    official_name: str
    kind: str
    area_km2: Decimal
    population: int
    postcode: str
    has_district: bool


@dataclass(slots=True)
class Register:
    """All of one file. Pseudo-associations are left out; ``lines`` counts every record."""

    as_of: dt.date
    lines: int = 0
    laender: list[PlaceRow] = field(default_factory=list)
    districts: list[PlaceRow] = field(default_factory=list)
    associations: list[PlaceRow] = field(default_factory=list)
    municipalities: list[MunicipalityRow] = field(default_factory=list)


def looks_like(data: bytes) -> bool:
    """Tell whether the content begins as this format does: Satzart and a date."""
    return re.match(rb"(\xef\xbb\xbf)?[1-6]0\d{8}", data) is not None


def parse(data: bytes) -> Register:
    """Read the whole file.

    Raises:
        Refused: with line and reason, when anything does not fit.
    """
    lines = _lines(data)
    first = next(lines, None)
    if first is None:
        raise Refused(_("The file is empty."))
    reader = _Reader(first[1][2:10])
    number = 1
    for number, line in itertools.chain([first], lines):
        reader.read(number, line)
    return reader.finish(number)


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Decode and divide into lines, numbered from one, each of the right length."""
    text = _decode(data)
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, raw in enumerate(lines, start=1):
        line = raw.removesuffix("\r")
        if strange := _STRANGE.search(line):
            reason = _("The character U+%(code)s does not occur in names: the encoding is wrong.")
            raise Refused(reason % {"code": f"{ord(strange.group()):04X}"}, line=number)
        if len(line) != LINE_LENGTH:
            if number == len(lines):
                reason = _("The file is cut off: its last line has %(length)s instead of %(expected)s characters.")
            else:
                reason = _("The line has %(length)s instead of %(expected)s characters.")
            raise Refused(reason % {"length": len(line), "expected": LINE_LENGTH}, line=number)
        yield number, line


def _decode(data: bytes) -> str:
    """Decode UTF-8, or ISO-8859-1 as older files are, where it cannot be damaged UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if error.reason == "unexpected end of data":
            raise Refused(_("The file is cut off in the middle of a character."), line=line) from error
        if _BROKEN_UTF8.search(data):
            raise Refused(_("The file is damaged: it is UTF-8 except in this line."), line=line) from error
    return data.decode("iso-8859-1")


class _Reader:
    """Collects the records in their order and checks each against those before it."""

    def __init__(self, stamp: str) -> None:
        self.stamp = stamp
        self.register = Register(as_of=_date(stamp))
        self.previous: tuple[str, str, str] = ("", "", "")
        self.laender: set[str] = set()
        self.districts: dict[str, PlaceRow] = {}
        self.groups: dict[str, PlaceRow] = {}  # associations and pseudo-associations
        self.members: Counter[str] = Counter()

    def read(self, number: int, line: str) -> None:
        record = line[0:2]
        if record not in RECORD_TYPES:
            raise Refused(_("Unknown record type (Satzart) “%(record)s”.") % {"record": record}, line=number)
        if line[2:10] != self.stamp:
            reason = _("The line is of %(date)s, the file of %(expected)s.")
            raise Refused(reason % {"date": line[2:10], "expected": self.stamp}, line=number)
        key = _key(number, line)
        self._check_order(number, (line[10:15], record, line[15:18] if record == "60" else line[18:22]), key)
        self.register.lines += 1
        if not line[22:72].strip():
            raise Refused(_("The name is missing."), line=number)
        if record == "10":
            self.laender.add(key)
            self.register.laender.append(_place(number, line, key))
        elif key[:2] not in self.laender:
            raise Refused(_("Its Land %(key)s does not stand before it.") % {"key": key[:2]}, line=number)
        elif record == "40":
            self._read_district(number, line, key)
        elif record == "50":
            self._read_association(number, line, key)
        elif record == "60":
            self._read_municipality(number, line, key)

    def _check_order(self, number: int, position: tuple[str, str, str], key: str) -> None:
        if position == self.previous:
            raise Refused(_("The key %(key)s occurs twice.") % {"key": key}, line=number)
        if position < self.previous:
            raise Refused(
                _("The record %(key)s stands in the wrong place: the file is not in order.") % {"key": key},
                line=number,
            )
        self.previous = position

    def _read_district(self, number: int, line: str, key: str) -> None:
        row = _place(number, line, key)
        _check_kind(number, row.kind, set(District.Kind.values))
        self.districts[key] = row
        self.register.districts.append(row)

    def _read_association(self, number: int, line: str, key: str) -> None:
        row = _place(number, line, key)
        _check_kind(number, row.kind, {PSEUDO_ASSOCIATION, *Association.Kind.values})
        if key[:5] not in self.districts and not (key[2:5] == "000" and row.kind == PSEUDO_ASSOCIATION):
            raise Refused(_("Its district %(key)s does not stand before it.") % {"key": key[:5]}, line=number)
        self.groups[key] = row
        if row.kind != PSEUDO_ASSOCIATION:
            self.register.associations.append(row)

    def _read_municipality(self, number: int, line: str, ars: str) -> None:
        kind = line[122:124]
        _check_kind(number, kind, set(Municipality.Kind.values))
        has_district = ars[:5] in self.districts
        if not has_district and not (ars[2:5] == "000" and kind in Municipality.UNINCORPORATED):
            raise Refused(_("Its district %(key)s does not stand before it.") % {"key": ars[:5]}, line=number)
        if ars[:9] not in self.groups:
            raise Refused(_("Its association %(key)s does not stand before it.") % {"key": ars[:9]}, line=number)
        population, men = _number(number, line[139:150]), _number(number, line[150:161])
        if men > population:
            raise Refused(_("More men than inhabitants."), line=number)
        postcode = line[165:170].strip()
        if postcode and not re.fullmatch(r"[0-9]{5}", postcode):
            raise Refused(_("“%(code)s” is no postcode.") % {"code": postcode}, line=number)
        self.members[ars[:5]] += 1
        self.members[ars[:9]] += 1
        self.members["city" + ars[:5]] += kind in {Municipality.Kind.CITY, Municipality.Kind.CITY_BW}
        self.register.municipalities.append(
            MunicipalityRow(
                line=number,
                ags=ars[:5] + ars[9:],
                ars=ars,
                official_name=complete_name(line[22:72]),
                kind=kind,
                area_km2=Decimal(_number(number, line[128:139])) / 100,  # the register gives hectares
                population=population,
                postcode=postcode,
                has_district=has_district,
            )
        )

    def finish(self, last: int) -> Register:
        """Check what only the whole file can show: nothing is missing."""
        if len(self.laender) != LAENDER:
            reason = _("The file is incomplete: it holds %(count)s of the 16 Länder.")
            raise Refused(reason % {"count": len(self.laender)}, line=last)
        for row in self.districts.values():
            if not self.members[row.key]:
                raise Refused(_("The district %(key)s has no municipality.") % {"key": row.key}, line=row.line)
            is_city = row.kind in {District.Kind.CITY, District.Kind.CITY_BW}
            if self.members["city" + row.key] != is_city or (is_city and self.members[row.key] != 1):
                raise Refused(
                    _("The kind of the district %(key)s does not fit its municipalities.") % {"key": row.key},
                    line=row.line,
                )
        for row in self.groups.values():
            least = 1 if row.kind == PSEUDO_ASSOCIATION else 2
            if self.members[row.key] < least:
                reason = _("The association %(key)s has %(count)s municipalities: lines are missing.")
                raise Refused(reason % {"key": row.key, "count": self.members[row.key]}, line=row.line)
        if len(self.register.municipalities) < LEAST_MUNICIPALITIES:
            reason = _("The file is incomplete: it holds %(count)s municipalities.")
            raise Refused(reason % {"count": len(self.register.municipalities)}, line=last)
        return self.register


def _date(stamp: str) -> dt.date:
    """Return the day (YYYYMMDD) whose state the file shows, as its first line says."""
    try:
        as_of = dt.date(int(stamp[0:4]), int(stamp[4:6]), int(stamp[6:8]))
    except ValueError as error:
        raise Refused(_("“%(date)s” is no date.") % {"date": stamp}, line=1) from error
    if as_of > timezone.localdate():
        raise Refused(_("The file claims to show a day in the future."), line=1)
    return as_of


def _key(number: int, line: str) -> str:
    """Return the record's key: digits as many as its level has, blanks after them."""
    record = line[0:2]
    length = RECORD_TYPES[record]
    if record == "60":
        key = line[10:15] + line[18:22] + line[15:18]
        rest = ""
    elif record == "50":
        key, rest = line[10:15] + line[18:22], line[15:18]
    else:
        key, rest = line[10 : 10 + length], line[10 + length : 22]
    if not re.fullmatch(rf"(0[1-9]|1[0-6])[0-9]{{{length - 2}}}", key) or rest.strip():
        reason = _("“%(key)s” is no key of a record of type %(record)s.")
        raise Refused(reason % {"key": line[10:22].strip(), "record": record}, line=number)
    return key


def _place(number: int, line: str, key: str) -> PlaceRow:
    return PlaceRow(
        line=number,
        key=key,
        official_name=complete_name(line[22:72]),
        seat=line[72:122].strip(),
        kind=line[122:124].strip(),
    )


def _check_kind(number: int, kind: str, kinds: set[str]) -> None:
    if kind not in kinds:
        raise Refused(_("Unknown kind (Textkennzeichen) “%(kind)s”.") % {"kind": kind}, line=number)


def _number(number: int, digits: str) -> int:
    if not re.fullmatch(r"[0-9]+", digits):
        raise Refused(_("“%(text)s” is no number.") % {"text": digits.strip()}, line=number)
    return int(digits)
