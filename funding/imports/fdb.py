"""What both deliveries of the Förderdatenbank have in common: addresses, licence, codes, and how they fail."""

import datetime
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from funding.vocabularies import Area

SITE = "https://www.foerderdatenbank.de"
PROGRAMMES = f"{SITE}/FDB/Content/DE/Foerderprogramm/"
LICENSOR = "Bundesministerium für Wirtschaft und Energie"
LICENCE = "CC BY-ND 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by-nd/4.0/deed.de"

AREAS: Mapping[str, str] = {
    "_bundesweit": Area.NATIONWIDE,
    "schlesig_holstein": Area.SH,  # the source's own spelling
    "hamburg": Area.HH,
    "de_ni": Area.NI,
    "bremen": Area.HB,
    "nordrhein_westfalen": Area.NW,
    "hessen": Area.HE,
    "rheinland_pfalz": Area.RP,
    "baden_wuerttemberg": Area.BW,
    "bayern": Area.BY,
    "saarland": Area.SL,
    "berlin": Area.BE,
    "brandenburg": Area.BB,
    "mecklenburg_vorpommern": Area.MV,
    "sachsen": Area.SN,
    "de_st": Area.ST,
    "thueringen": Area.TH,
    "sonstige": Area.OTHER,
}
"""The source's codes of areas (fdb_closed_vocabularies, FOERDERGEBIET) and ours."""

EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)
"""Bounds of the date of issue in the column contract; LATEST is included."""


class FileRefusedError(Exception):
    """A file cannot be imported as a whole; the text says where and why, for people."""


class UnknownCodeError(Exception):
    """A value is not in its closed list."""

    def __init__(self, value: str) -> None:
        """Keep the value."""
        super().__init__(value)
        self.value = value


def source_key(url: str) -> str:
    """Return the key of a programme: its path below ``…/Foerderprogramm/`` without suffix, as the CSV's ``id_url``."""
    return url.partition("/Foerderprogramm/")[2].removesuffix(".html").replace("/", "-").lower()


def public_url(path: str) -> str:
    """Return the public address of a document of the export, for example of ``/BMWI/FDB/Content/DE/Kontakt/F/ffa``."""
    return f"{SITE}{path.removeprefix('/BMWI')}.html"


def attribution(subject: str, url: str) -> str:
    """Return the licence line of one programme, worded as the CSV dump words it."""
    return f"{subject} von {LICENSOR}, lizensiert unter {LICENCE} ({LICENCE_URL}), Quelle: {url}"


def translate(codes: Iterable[str], table: Mapping[str, str]) -> tuple[str, ...]:
    """Translate codes into ours, each once, in their order.

    Raises:
        UnknownCodeError: a code is not in the table.
    """
    found: dict[str, None] = {}
    for code in codes:
        if code not in table:
            raise UnknownCodeError(code)
        found[str(table[code])] = None
    return tuple(found)


def is_web_address(text: str) -> bool:
    """Tell whether a text may become a link: http or https and well-formed."""
    try:
        URLValidator(schemes=["http", "https"])(text)
    except (ValidationError, ValueError):
        return False
    return not urlsplit(text).username


def is_email(text: str) -> bool:
    """Tell whether a text is one e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
