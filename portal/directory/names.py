"""Official names of places: taken apart for display, folded for search.

The rules were derived from every name of the registers of 2023 and 2025 and of the extract of 2024; a test holds the
inventory of suffixes and of second names against those files, so that nothing new slips through unnoticed.
"""

import re
import unicodedata
from dataclasses import dataclass

SORBIAN_DISTRICTS = ("12052", "12061", "12066", "12071")
"""Districts of Brandenburg with municipalities of the Sorbian settlement area. There a slash without blanks divides
two languages ("Peitz/Picnjo"); everywhere else it belongs to the name ("Falkenberg/Elster")."""

GERMAN_AFTER_SLASH = {"Elster", "Lausitz", "Mark", "Neiße", "Spree", "Spreewald"}
"""What stays part of a German name after a slash in a Sorbian district too, should its Sorbian name be missing."""

ABBREVIATED_SUFFIXES = {
    "M": "Markt",
    "St": "Stadt",
    "GKSt": "Große Kreisstadt",
    "gemfr. Gebiet": "gemeindefreies Gebiet",
    "gemfr. Geb.": "gemeindefreies Gebiet",
    "gemfr.Geb.": "gemeindefreies Gebiet",
    "gemfr. Bezirk": "gemeindefreier Bezirk",
}

CUT_NAMES = {
    "Bautzen / Budyšin, Stadt, Hochschulstadt / Wysokoš": (
        "Bautzen / Budyšin, Stadt, Hochschulstadt / Wysokošulske město"
    ),
    "Oelsnitz/Vogtl., Bösenbrunn, Eichigt und Triebel/V": ("Oelsnitz/Vogtl., Bösenbrunn, Eichigt und Triebel/Vogtl."),
}
"""Names longer than the register's fifty characters, whole as in its own notes (Hinweise) and in the extract."""


@dataclass(frozen=True, slots=True)
class SplitName:
    """An official name taken apart; what a place has not is empty."""

    name: str
    second_name: str = ""
    suffix: str = ""


def complete_name(official: str) -> str:
    """Return the whole name where the register had to cut it, with surrounding blanks removed."""
    official = official.strip()
    return CUT_NAMES.get(official, official)


def split_name(official: str, *, key: str = "") -> SplitName:
    """Take apart an official name of a municipality or a district.

    ``"Cottbus/Chóśebuz, Stadt"`` becomes Cottbus, Chóśebuz and Stadt. ``key`` is the official key (AGS, ARS or that
    of the district); without it a slash without blanks never divides languages.
    """
    words = " ".join(complete_name(official).split())
    before, _comma, suffix = (part.strip() for part in words.partition(","))
    name, second = _split_languages(before, key)
    if " / " in suffix:  # "Weißwasser/O.L., Stadt / Běła Woda": here the second name follows the suffix
        german, sorbian = suffix.split(" / ", 1)
        if not second:
            suffix, second = german, sorbian
    suffix = ", ".join(ABBREVIATED_SUFFIXES.get(part, part) for part in re.split(r"\s*,\s*", suffix))
    return SplitName(name=name.replace("/ ", "/"), second_name=second, suffix=suffix)


def _split_languages(name: str, key: str) -> tuple[str, str]:
    """Divide German and second name; " / " always divides, "/" only in the Sorbian districts of Brandenburg."""
    if " / " in name:
        first, second = name.split(" / ", 1)
        return first, second
    if key.startswith(SORBIAN_DISTRICTS) and "/" in name:
        first, second = (part.strip() for part in name.split("/", 1))
        if second not in GERMAN_AFTER_SLASH:
            return first, second
    return name, ""


def association_name(official: str) -> str:
    """Return an association's name without a suffix; other commas divide member municipalities and stay."""
    return re.sub(r", (Stadt|St|M|GKSt)$", "", " ".join(complete_name(official).split()))


# --- folding -----------------------------------------------------------------------------------------------------

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_NOT_DECOMPOSED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """Return ``text`` for comparison: small base letters and digits, ä as ae, ß as ss, the rest one blank.

    ``fold("Lübben (Spreewald)") == "luebben spreewald"`` and ``fold("Chóśebuz") == "chosebuz"``. Nothing is ever
    shortened, so that Neuenkirchen and Neunkirchen stay two names.
    """
    return _base_letters(unicodedata.normalize("NFC", text).casefold().translate(_GERMAN))


def fold_bare(text: str) -> str:
    """Return ``text`` as ``fold`` does, but ä as a: what a keyboard without umlauts makes of München, Munchen."""
    return _base_letters(text.casefold())


def _base_letters(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_NOT_DECOMPOSED))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_NOT_DECOMPOSED)
    return " ".join(re.findall(r"[a-z0-9]+", letters))


_SHORT_FORMS = (
    # Regions, before the prepositions that stand in front of them.
    (r"\bi\. ?OB\b", "in Oberbayern"),
    (r"\bi\. ?NB\b", "in Niederbayern"),
    (r"\bi\. ?Bay\.", "in Bayern"),
    (r"\bi\. ?OFr\.", "in Oberfranken"),
    (r"\bi\. ?UFr\.", "in Unterfranken"),
    (r"\bi\. ?Schw\.", "in Schwaben"),
    (r"\bOPf\.", "Oberpfalz"),
    (r"\bOdw\.", "Odenwald"),
    (r"\bO\. ?L\.", "Oberlausitz"),
    (r"\bErzgeb\.", "Erzgebirge"),
    (r"\bVogtl\.", "Vogtland"),
    (r"\bSächs\. Schw\.", "Sächsische Schweiz"),
    (r"\bSa\.", "Sachsen"),
    (r"\bThür\.", "Thüringen"),
    (r"\bRhld\.", "Rheinland"),
    (r"\bWestf\.", "Westfalen"),
    (r"\bHolst\.", "Holstein"),
    (r"\bHl\. ?", "Heilig "),
    # Prepositions.
    (r"\ba\. ?d\. ?", "an der "),
    (r"\bi\. ?d\. ?", "in der "),
    (r"\bv\. ?d\. ?", "vor der "),
    (r"\bo\. ?d\. ?", "ob der "),
    (r"\ba\. ?", "am "),
    (r"\bi\. ?", "im "),
    (r"\bb\. ?", "bei "),
    (r"\bu\. ?", "und "),
)


def spellings(name: str) -> list[str]:
    """Return every folded text by which a place of this name may be looked for, without repetition.

    The name as written and with its short forms in full ("St." and "Sankt", "a.d." and "an der"), each whole and
    without what only tells it apart ("(Saale)", "/Elster"), each with ae for ä and with plain a.
    """
    long = name
    if "." in name:
        for short_form, words in _SHORT_FORMS:
            long = re.sub(short_form, words, long)
    wordings = [name, long]
    wordings += [re.sub(r"\bSt\. ?", "Sankt ", text) for text in (name, long)]
    wordings += [re.sub(r"\bSankt ", "St. ", text) for text in (name, long)]
    wordings += [re.sub(r" ?\([^)]*\)|/.*", "", text) for text in tuple(wordings)]
    folded = (folding(text) for text in dict.fromkeys(wordings) for folding in (fold, fold_bare))
    return [text for text in dict.fromkeys(folded) if text]


def folded_names(*, name: str, second_name: str, official_name: str) -> dict[str, bool]:
    """Return the folded texts of a place's names, each with whether it belongs to the second language alone."""
    second = dict.fromkeys(spellings(second_name), True)
    first = dict.fromkeys([*spellings(name), fold(official_name), fold_bare(official_name)], False)
    return second | first
