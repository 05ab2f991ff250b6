"""A register of municipalities in the official format, for machines without the official file.

There are as many Länder, districts, associations, kinds and sizes as counted in the official register of 30 November
2025; names, keys and borders are made up, the same on every run. It goes through the same import as the official file.
"""

# ruff: noqa: S311 - chance that can be repeated, nothing secret

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.words import PLACE_ADDITIONS, PLACE_FIRST, PLACE_LAST

AS_OF = "20251130"


@dataclass(frozen=True, slots=True)
class LandFigures:
    """How many of everything a Land has.

    Attributes:
        municipalities: without unincorporated areas.
        districts, cities: all districts, and those of them that are one city.
        associations: number by kind (Textkennzeichen).
        members: municipalities that belong to an association.
        free: unincorporated areas.
    """

    key: str
    name: str
    municipalities: int
    districts: int
    cities: int
    associations: dict[str, int] = field(default_factory=dict)
    members: int = 0
    free: int = 0


LAENDER = (
    LandFigures("01", "Schleswig-Holstein", 1104, 15, 4, {"51": 81, "55": 2}, 1018, 2),
    LandFigures("02", "Hamburg", 1, 1, 1),
    LandFigures("03", "Niedersachsen", 939, 45, 8, {"52": 114}, 653, 24),
    LandFigures("04", "Bremen", 2, 2, 2),
    LandFigures("05", "Nordrhein-Westfalen", 396, 53, 22),
    LandFigures("06", "Hessen", 421, 26, 5, free=4),
    LandFigures("07", "Rheinland-Pfalz", 2300, 36, 12, {"53": 129}, 2252),
    LandFigures("08", "Baden-Württemberg", 1101, 44, 9, {"54": 156, "56": 114}, 911, 2),
    LandFigures("09", "Bayern", 2056, 96, 25, {"54": 310}, 977, 170),
    LandFigures("10", "Saarland", 52, 6, 0),
    LandFigures("11", "Berlin", 1, 1, 1),
    LandFigures("12", "Brandenburg", 413, 18, 4, {"51": 50, "53": 1}, 273),
    LandFigures("13", "Mecklenburg-Vorpommern", 724, 8, 2, {"51": 76}, 684),
    LandFigures("14", "Sachsen", 418, 13, 3, {"54": 64, "56": 6}, 176),
    LandFigures("15", "Sachsen-Anhalt", 218, 14, 3, {"53": 18}, 114),
    LandFigures("16", "Thüringen", 605, 22, 5, {"54": 43, "58": 39}, 431),
)

SIZES = (
    (100, 500, 2071),
    (500, 1_000, 1729),
    (1_000, 2_000, 1833),
    (2_000, 5_000, 2175),
    (5_000, 10_000, 1345),
    (10_000, 20_000, 892),
    (20_000, 50_000, 511),
    (50_000, 100_000, 115),
    (100_000, 500_000, 65),
    (500_000, 2_000_000, 15),
)
"""Inhabitants from, up to, and how many municipalities have so many."""

TOWNS, MARKETS, LARGE_TOWNS = 1829, 386, 125
"""Municipalities of the kinds 63, 60 and 67; what is left and no urban district has kind 64."""

LARGE_TOWN_LAENDER = frozenset({"08", "09", "14"})
MARKET_LAND = "09"
STADTKREIS_LAND = "08"
LARGEST_MARKET = 10_000
TOWN_KINDS = frozenset({"61", "62", "63", "67"})
SEVERAL_POSTCODES = 0.35
"""Share of municipalities whose postcode the register leaves open because there are several."""


@dataclass(slots=True)
class _Municipality:
    """A municipality while the register is made; ``number`` is the last three digits of its key."""

    district: str
    number: int
    is_city: bool = False
    is_free: bool = False
    association: str = ""
    population: int = 0
    kind: str = "64"
    name: str = ""

    @property
    def land(self) -> str:
        return self.district[:2]

    @property
    def verband(self) -> str:
        """The four digits of the key that name the association, or stand for none (0) or no municipality (9)."""
        return self.association or f"{9 if self.is_free else 0}{self.number:03}"


def gv100ad() -> bytes:
    """Return the whole register as a GV100AD file, UTF-8."""
    return ("\n".join(_lines()) + "\n").encode()


def _lines() -> Iterator[str]:
    rng = random.Random("register")
    places: list[_Municipality] = []
    associations: dict[str, list[tuple[str, str]]] = {}  # by district: number and kind
    for figures in LAENDER:
        places += _land(figures, associations)
    _settle(places, rng)
    by_district: dict[str, list[_Municipality]] = {}
    for place in places:
        by_district.setdefault(place.district, []).append(place)
    for figures in LAENDER:
        yield _line("10", figures.key, figures.name, seat="Hauptstadt")
        for district, members in by_district.items():
            if district.startswith(figures.key):
                yield from _district(district, members, associations.get(district, []), rng)


def _land(figures: LandFigures, associations: dict[str, list[tuple[str, str]]]) -> list[_Municipality]:
    """Lay out a Land: its cities, and its other districts with associations, free municipalities and areas."""
    places = [_Municipality(f"{figures.key}{number:03}", 0, is_city=True) for number in range(1, figures.cities + 1)]
    rural = [f"{figures.key}{number:03}" for number in range(51, 51 + figures.districts - figures.cities)]
    if not rural:
        return places
    kinds = [kind for kind, count in figures.associations.items() for _ in range(count)]
    seats = dict.fromkeys(rural, 0)
    slots: list[tuple[str, str]] = []  # district and association of each municipality
    for position, kind in enumerate(kinds):
        district = rural[position % len(rural)]
        seats[district] += 1
        number = f"5{seats[district]:03}"
        associations.setdefault(district, []).append((number, kind))
        share, rest = divmod(figures.members, len(kinds))
        slots += [(district, number)] * (share + (position < rest))
    alone = figures.municipalities - figures.cities - len(slots)
    slots += [(rural[position % len(rural)], "") for position in range(alone)]
    number_in = dict.fromkeys(rural, 0)
    for district, association in slots:
        number_in[district] += 1
        places.append(_Municipality(district, number_in[district], association=association))
    for position in range(figures.free):
        district = rural[position % len(rural)]
        number_in[district] += 1
        places.append(_Municipality(district, number_in[district], is_free=True))
    return sorted(places, key=lambda place: (place.district, place.number))


def _settle(places: list[_Municipality], rng: random.Random) -> None:
    """Give inhabitants, kinds and names."""
    people = sorted(
        (int(low * (high / low) ** rng.random()) for low, high, count in SIZES for _ in range(count)),
        reverse=True,
    )
    cities = [place for place in places if place.is_city]
    others = [place for place in places if not place.is_city and not place.is_free]
    rest = people[len(cities) :]
    rng.shuffle(rest)
    for place, population in zip(cities + others, people[: len(cities)] + rest, strict=True):
        place.population = population
    _give_kinds(others)
    for place in places:
        first, last = rng.choice(PLACE_FIRST), rng.choice(PLACE_LAST)
        place.name = f"{first}{last}{rng.choice(PLACE_ADDITIONS)}"
        if place.is_city:
            place.kind = "62" if place.land == STADTKREIS_LAND else "61"
        elif place.is_free:
            place.kind = "66"
            place.name += ", gemfr. Gebiet"
        if place.kind in TOWN_KINDS:
            place.name += ", Stadt"


def _give_kinds(places: list[_Municipality]) -> None:
    """Make the largest ones large district towns, market towns and towns, each where there are such."""
    left = {"67": LARGE_TOWNS, "60": MARKETS, "63": TOWNS}
    for place in sorted(places, key=lambda place: -place.population):
        if left["67"] and place.land in LARGE_TOWN_LAENDER:
            place.kind = "67"
        elif left["60"] and place.land == MARKET_LAND and place.population < LARGEST_MARKET:
            place.kind = "60"
        elif left["63"]:
            place.kind = "63"
        if place.kind in left:
            left[place.kind] -= 1


def _district(
    key: str, members: list[_Municipality], associations: list[tuple[str, str]], rng: random.Random
) -> Iterator[str]:
    city = members[0].is_city
    kind = ("42" if key.startswith(STADTKREIS_LAND) else "41") if city else "44"
    yield _line("40", key, members[0].name if city else f"Kreis {members[0].name}", seat="Kreisstadt", kind=kind)
    groups = {number: (f"Verband {number} {members[0].name}", kind) for number, kind in associations}
    groups |= {place.verband: (place.name, "50") for place in members if not place.association}
    for number, (name, group_kind) in sorted(groups.items()):
        yield _line("50", key, name, verband=number, seat="Amtssitz", kind=group_kind)
    for place in members:
        hectares = round(300 + place.population**0.6 * 20 * (0.5 + rng.random()))
        postcode = "" if place.is_free else f"{int(key[:2]) * 6:02}{rng.randrange(1000):03}"
        several = "*****" if rng.random() < SEVERAL_POSTCODES else ""
        yield _line(
            "60",
            f"{key}{place.number:03}",
            place.name,
            verband=place.verband,
            kind=place.kind,
            figures=f"{hectares:011}{place.population:011}{place.population // 2:011}",
            postcode=f"{postcode:5}{several}",
        )


def _line(  # noqa: PLR0913 - the columns of the format
    record: str,
    key: str,
    name: str,
    *,
    verband: str = "",
    seat: str = "",
    kind: str = "",
    figures: str = "",
    postcode: str = "",
) -> str:
    """Write one record: 220 characters, columns as in ``portal.directory.imports.gv100ad``."""
    head = f"{record}{AS_OF}{key:8}{verband:4}{name[:50]:50}{seat:50}{kind:2}"
    return f"{f'{head:128}{figures:33}':165}{postcode}".ljust(220)
