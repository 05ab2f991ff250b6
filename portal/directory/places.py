"""Finding places: by name, part of a name, typing error, official key or postcode; where an old key leads.

Everything a municipality is looked up by stands folded in ``PlaceName``, one row for each spelling. A hit is the
better the closer the text stands to one of these rows: the same, its beginning, the beginning of a word in it, a
part of it, something similar. Among equals the one with more inhabitants comes first, and what no longer exists
comes last.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import Case, Exists, F, FloatField, Min, Model, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.directory.models import Association, District, Land, Municipality, PlaceName, Succession
from portal.directory.names import fold

SUGGESTIONS = 10
"""Hits shown while somebody types."""

SHORT = 2
"""Up to this many characters only beginnings are looked for: everything has such a short part somewhere."""

LOST_ZERO = {7, 11}
"""Digits of an AGS or ARS that a spreadsheet has robbed of its leading zero."""


POSTCODE_DIGITS = 5

LAENDER = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Niedersachsen",
    "04": "Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Württemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thüringen",
}
"""The sixteen Länder by their official keys: proper names, and a closed list."""

LABEL = re.compile(rf"(?P<name>.+?) \((?P<within>(?:.+, )?(?:{'|'.join(LAENDER.values())}))\)", re.IGNORECASE)
"""What ``Municipality.label()`` writes: district and Land, or the Land, stand in the last brackets of a name."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, understood.

    Attributes:
        text: the folded text, or the digits of a key or postcode; empty: nothing can be found by it.
        postcode: five digits typed beside a name; places that have it come first. It is no condition, because
            the register knows only the administration's postcode of a town with several.
        within: district and Land as a label writes them in its brackets; places there come first.
    """

    text: str
    postcode: str = ""
    within: str = ""

    @property
    def is_number(self) -> bool:
        """Whether a key or a postcode was typed: these are looked for from their beginning alone."""
        return self.text.isdigit()

    @property
    def goes_deep(self) -> bool:
        """Whether parts and similar texts are looked for as well as beginnings."""
        return len(self.text) > SHORT and not self.is_number


def understand(text: str) -> Typed:
    """Read what was typed: ``Halle (Saale)``, ``71638 Ludwigsburg``, ``08 118 048``, ``8118048``, a whole label.

    A single digit is no beginning of anything worth listing (half of all keys begin with 0) and finds nothing.
    """
    within = ""
    if label := LABEL.fullmatch(text.strip()):
        text, within = label["name"], label["within"].lower()
    words = fold(text).split()
    if words and all(word.isdigit() for word in words):
        digits = "".join(words)
        if len(digits) in LOST_ZERO:
            digits = f"0{digits}"
        return Typed(digits if len(digits) >= SHORT else "")
    postcodes = [word for word in words if word.isdigit() and len(word) == POSTCODE_DIGITS]
    if len(postcodes) == 1:
        return Typed(" ".join(word for word in words if word != postcodes[0]), postcodes[0], within)
    return Typed(" ".join(words), within=within)


# Each step runs only when the steps before it have left room: PostgreSQL evaluates the counts first and then
# skips the scan. The LATERAL with OFFSET looks every candidate up by its key; a plain join would read the whole
# table of municipalities as soon as there are a few hundred candidates.
_FIND = """
WITH beginnings AS (
    SELECT municipality_id, CASE WHEN folded = %(text)s THEN 0 ELSE 1 END AS rank
    FROM directory_placename WHERE folded LIKE %(beginning)s
), parts AS (
    SELECT municipality_id, CASE WHEN folded LIKE %(word)s THEN 2 ELSE 3 END AS rank
    FROM directory_placename
    WHERE folded LIKE %(part)s AND %(deep)s
        AND (SELECT count(DISTINCT municipality_id) FROM beginnings) < %(limit)s
), literal AS (
    SELECT municipality_id, min(rank) AS rank
    FROM (SELECT * FROM beginnings UNION ALL SELECT * FROM parts) AS found
    GROUP BY municipality_id
), resembling AS (
    SELECT municipality_id, 5 - max(similarity(folded, %(text)s)) AS rank
    FROM directory_placename
    WHERE folded %% %(text)s AND %(deep)s AND (SELECT count(*) FROM literal) < %(limit)s
    GROUP BY municipality_id
), best AS (
    SELECT municipality_id, min(rank) AS rank
    FROM (SELECT * FROM literal UNION ALL SELECT * FROM resembling) AS found
    GROUP BY municipality_id
), candidates AS (
    SELECT place.*, best.rank - CASE WHEN %(postcode)s <> '' AND EXISTS (
        SELECT FROM directory_placename AS other
        WHERE other.municipality_id = place.ags AND other.folded = %(postcode)s
    ) OR %(within)s <> '' AND EXISTS (
        SELECT FROM directory_district AS district JOIN directory_land AS land ON land.id = district.land_id
        WHERE district.id = place.district_id
            AND %(within)s IN (lower(land.name), lower(district.name || ', ' || land.name))
    ) THEN 10 ELSE 0 END AS rank
    FROM best CROSS JOIN LATERAL (
        SELECT * FROM directory_municipality WHERE ags = best.municipality_id OFFSET 0
    ) AS place
), hits AS (
    SELECT * FROM candidates ORDER BY valid_to IS NOT NULL, rank, population DESC, ags LIMIT %(limit)s
)
SELECT {columns}
FROM hits
LEFT JOIN directory_association AS association ON association.id = hits.association_id
LEFT JOIN directory_district AS district ON district.id = hits.district_id
JOIN directory_land AS land ON land.id = hits.land_id
ORDER BY hits.valid_to IS NOT NULL, hits.rank, hits.population DESC, hits.ags
"""


def find_places(text: str, *, limit: int = SUGGESTIONS) -> list[Municipality]:
    """Find the best ``limit`` places for a typed text, with the places above them, in one indexed statement."""
    typed = understand(text)
    if not typed.text:
        return []
    columns = ", ".join(
        f"{alias}.{field.column}" for alias, model in _JOINED.items() for field in model._meta.concrete_fields
    )
    with connection.cursor() as cursor:
        cursor.execute(_FIND.format(columns=columns), _parameters(typed, limit))
        rows = cursor.fetchall()
    return [_place(row) for row in rows]


_JOINED: dict[str, type[Model]] = {
    "hits": Municipality,
    "association": Association,
    "district": District,
    "land": Land,
}
"""The parts of a row of ``_FIND`` by their names in it; the first column of each, the name, is never empty."""


def _parameters(typed: Typed, limit: int) -> dict[str, Any]:
    text = typed.text  # folded: letters, digits and blanks alone, so nothing in it is special to LIKE
    return {
        "text": text,
        "beginning": f"{text}%",
        "word": f"% {text}%",
        "part": f"%{text}%",
        "deep": typed.goes_deep,
        "postcode": typed.postcode,
        "within": typed.within,
        "limit": limit,
    }


def _place(row: tuple[Any, ...]) -> Municipality:
    """Build the municipality, its district and its Land from the columns of one row."""
    objects: dict[str, Any] = {}
    values = iter(row)
    for alias, model in _JOINED.items():
        names = [field.attname for field in model._meta.concrete_fields]
        own = list(islice(values, len(names)))
        objects[alias] = None if own[0] is None else model.from_db("default", names, own)
    place: Municipality = objects["hits"]
    place.land = objects["land"]
    place.association = objects["association"]
    place.district = objects["district"]
    if place.district is not None:
        place.district.land = place.land
    return place


def search_places(places: "QuerySet[Municipality]", text: str) -> "QuerySet[Municipality]":
    """Narrow a list to what a typed text finds, best first.

    Unlike ``find_places`` it resorts to similar texts only where nothing has the text in it, so that a list and
    its count hold what was asked for.
    """
    typed = understand(text)
    if not typed.text:
        return places.none()
    names = PlaceName.objects.order_by()
    if not typed.goes_deep:
        found = names.filter(folded__startswith=typed.text).values("municipality_id")
    else:
        literal = names.filter(folded__contains=typed.text)
        resembling = names.filter(~Exists(literal), folded__trigram_similar=typed.text)
        found = literal.values("municipality_id").union(resembling.values("municipality_id"))
    return places.filter(pk__in=found).annotate(rank=Subquery(_rank(typed))).order_by(*BY_RELEVANCE)


BY_RELEVANCE = (F("valid_to").asc(nulls_first=True), "rank", "-population", "ags")
"""Order of ``search_places``: what no longer exists last."""


def _rank(typed: Typed) -> "QuerySet[PlaceName, Any]":
    """How close the closest of a municipality's texts is: the steps of ``find_places``, in the ORM."""
    closeness = Case(
        When(folded=typed.text, then=Value(0.0)),
        When(folded__startswith=typed.text, then=Value(1.0)),
        When(folded__contains=f" {typed.text}", then=Value(2.0)),
        When(folded__contains=typed.text, then=Value(3.0)),
        default=Value(5.0) - Cast(TrigramSimilarity("folded", typed.text), FloatField()),
        output_field=FloatField(),
    )
    names = PlaceName.objects.filter(municipality=OuterRef("pk")).order_by().values("municipality")
    return names.annotate(closest=Min(closeness)).values("closest")


def place_label(place: Municipality) -> str:
    """Name, district and Land; and what makes a place none to choose: it no longer exists, or has no administration."""
    if place.valid_to is not None:
        until = date_format(place.valid_to, "SHORT_DATE_FORMAT")
        return _("%(place)s, existed until %(date)s") % {"place": place.label(), "date": until}
    if place.is_unincorporated:
        return _("%(place)s, unincorporated area") % {"place": place.label()}
    return place.label()


def distinct_labels(places: Sequence[Municipality]) -> list[str]:
    """Label places that stand in one list; two of one name in one district get what else tells them apart.

    Two Neuenkirchen lie in Vorpommern-Greifswald, in different associations; Garding is a town and a parish
    (``suffix``). Needs the association joined.
    """
    labels = [place_label(place) for place in places]
    times = Counter(labels)
    return [
        _("%(place)s, %(addition)s") % {"place": label, "addition": _addition(place)} if times[label] > 1 else label
        for place, label in zip(places, labels, strict=True)
    ]


def _addition(place: Municipality) -> str:
    return place.suffix or (place.association.name if place.association else place.pk)


def current_successor(place: Municipality) -> Municipality | None:
    """Return the one municipality that a former one goes on in today; None: several do, or none is known."""
    seen = {place.pk}
    while place.valid_to is not None:
        successions = Succession.objects.filter(predecessor=place).select_related("successor")[:2]
        successors = [succession.successor for succession in successions]
        if len(successors) != 1 or successors[0].pk in seen:
            return None
        place = successors[0]
        seen.add(place.pk)
    return place if len(seen) > 1 else None
