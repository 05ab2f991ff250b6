"""Loads what is measured: the register of all municipalities, and funding programmes in any number.

Programmes are written from a stock of words, the same ones on every run: programme 17 says the same among 2,500 and
among 25,000. Lengths and shares are those of the Förderdatenbank (its 2,395 programmes of 2024). They go through the
same service as a real import.
"""

# ruff: noqa: S311 - chance that can be repeated, nothing secret

import datetime as dt
import io
import itertools
import random
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from benchmarks import register
from benchmarks.words import (
    ADJECTIVES,
    FIRST_PARTS,
    LAST_PARTS,
    OPENINGS,
    PLACE_FIRST,
    RARE_SENTENCES,
    SENTENCES,
    SUBJECTS,
    TITLES,
)
from funding.models import Condition, Programme
from funding.services import ContactRecord, LinkRecord, ProgrammeRecord, import_programmes
from funding.vocabularies import Applicant, Area, Field, Kind, Level
from portal.accounts.models import User
from portal.directory import demo
from portal.directory.models import District, Edition, Membership, Municipality, Organisation, PersonProfile, Role

# --- the register ---

OFFICIAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
REGISTER_FILES = ("municipalities/GV100AD_30112025.txt", "municipalities/AuszugGV4QAktuell_2024.xlsx")
GEOMETRY_FILES = (
    "geometry/laender_vg2500_2021_simplified.geojson",
    "geometry/kreise_vg2500_2021_simplified.geojson",
)


def official_files_exist() -> bool:
    """Tell whether the official files lie beside the checkout."""
    return all((OFFICIAL / name).exists() for name in REGISTER_FILES + GEOMETRY_FILES)


def load_official_register() -> None:
    """Import the official register with coordinates and outlines, by the portal's own commands."""
    for command, names in (("import_municipalities", REGISTER_FILES), ("import_geometry", GEOMETRY_FILES)):
        call_command(command, *(str(OFFICIAL / name) for name in names), stdout=io.StringIO())


def load_demonstration_register() -> None:
    """Load the few hundred municipalities of the demonstration data."""
    demo.load()


def load_generated_register(folder: Path) -> None:
    """Import a made-up register of the same size; without outlines, with coordinates spread over Germany."""
    file = folder / "generated-register.txt"
    file.write_bytes(register.gv100ad())
    call_command("import_municipalities", str(file), stdout=io.StringIO())
    _spread_coordinates()


def _spread_coordinates() -> None:
    """Put each Land on a field of a grid of four by four, its municipalities evenly on that field."""
    edition = Edition.objects.latest("imported_at")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE directory_municipality
            SET longitude = 6.5 + 2 * ((land_id::int - 1) %% 4 + ('x' || left(md5(ags), 4))::bit(16)::int / 65536.0),
                latitude = 53.5 - 2 * ((land_id::int - 1) / 4 - ('x' || right(md5(ags), 4))::bit(16)::int / 65536.0),
                coordinates_edition_id = %s
            """,
            [edition.pk],
        )


# --- programmes ---

KIND_SHARES = {
    Kind.GRANT: 0.80,
    Kind.LOAN: 0.15,
    Kind.SURETY: 0.04,
    Kind.EQUITY: 0.04,
    Kind.GUARANTEE: 0.012,
    Kind.OTHER: 0.005,
}
FIELD_WEIGHTS = dict(
    zip(
        Field,
        (136, 300, 55, 122, 6, 169, 230, 262, 197, 199, 102, 392, 499, 167, 281, 22, 225, 147, 151, 67, 271, 441, 184),
        strict=True,
    )
)
APPLICANT_SHARES = {
    Applicant.COMPANY: 0.58,
    Applicant.ASSOCIATION: 0.47,
    Applicant.PUBLIC_BODY: 0.35,
    Applicant.MUNICIPALITY: 0.35,
    Applicant.PRIVATE: 0.17,
    Applicant.RESEARCH: 0.13,
    Applicant.UNIVERSITY: 0.13,
    Applicant.FOUNDER: 0.11,
    Applicant.EDUCATION: 0.11,
}
NATIONWIDE_SHARE = 0.20
TWO_LAENDER_SHARE = 0.03
EU_SHARE = 0.02
FIELDS_OF_ONE = (1, 1, 2, 2, 3)
SUMMARY, DESCRIPTION, REQUIREMENTS, SHORT = 250, 5_850, 1_350, 350
"""Characters of the texts on average, less half a paragraph: a text ends with the paragraph that reaches its length."""

LAENDER = [area for area in Area if area.value.isdigit()]
FIELD_CODES = list(FIELD_WEIGHTS)
FIELD_SUMS = list(itertools.accumulate(FIELD_WEIGHTS.values()))
COMPOUNDS = [first + last for first in FIRST_PARTS for last in LAST_PARTS]
random.Random("compounds").shuffle(COMPOUNDS)
ZIPF_SUMS = list(itertools.accumulate(1 / (rank + 20) for rank in range(len(COMPOUNDS))))


def load_programmes(first: int, after: int) -> None:
    """Import the programmes from number ``first`` up to, but without, ``after``."""
    report = import_programmes(
        records=map(programme, range(first, after)),
        imported_from="benchmark",
        licence="",
        licence_url="",
        complete=False,
    )
    if report.created != after - first:
        message = f"{report.created} of {after - first} programmes were taken: {report.rejected[:3]}"
        raise RuntimeError(message)


def load_conditions(first: int, after: int) -> None:
    """Give the programmes from number ``first`` terms, and two of three of them conditions: three on average.

    Every third has none that anybody took over, as most of a source's have.
    """
    keys = list(Programme.objects.order_by("pk").values_list("pk", flat=True))[first:after]
    today = dt.date(2026, 11, 1)
    districts = list(District.objects.order_by("pk").values_list("pk", flat=True))
    for part, deadline_model in enumerate(("laufend", "fenster", "stichtage", "")):
        some = keys[part::4]
        Programme.objects.filter(pk__in=some).update(
            deadline_model=deadline_model,
            closes_on=today + dt.timedelta(days=60) if deadline_model == "fenster" else None,
            cut_off_dates=[today + dt.timedelta(days=n) for n in (30, 120, 300)]
            if deadline_model == "stichtage"
            else [],
            rate_min=50,
            rate_max=80,
            own_share_min=10,
        )
    read = [key for number, key in enumerate(keys) if number % 3]
    Programme.objects.filter(pk__in=read).update(conditions_read_on=today)
    rng = random.Random(f"conditions {first}")
    Condition.objects.bulk_create(
        [
            Condition(programme_id=key, position=position, source="Nr. 3", **values)
            for key in read
            for position, values in enumerate(rng.sample(_conditions(rng, districts), rng.randint(1, 5)))
        ],
        batch_size=5_000,
    )


def _conditions(rng: random.Random, districts: list[str]) -> list[dict[str, Any]]:
    return [
        {"kind": "einwohner", "maximum": rng.choice((2_000, 5_000, 20_000, 100_000))},
        {"kind": "gebiet", "places": sorted(rng.sample(districts, min(len(districts), 40)))},
        {"kind": "verband", "demanded": rng.choice(("ja", "nein"))},
        {"kind": "verstaedterung", "urbanisation": sorted(rng.sample((1, 2, 3), 2))},
        {"kind": "vorfoerderung", "demanded": "nein"},
        {"kind": "partner", "minimum": rng.randint(1, 3)},
    ]


def load_people(first: int, after: int) -> None:
    """Make the people from number ``first`` up to, but without, ``after``; each represents an organisation in turn.

    Written at once, past the services that send mails: it is their number that is measured. Every tenth has a profile.
    """
    organisations = list(Organisation.objects.order_by("slug").values_list("pk", flat=True))
    people = User.objects.bulk_create(
        [User(email=f"person{n}@example.org", display_name=f"Person {n}") for n in range(first, after)],
        batch_size=5_000,
    )
    Membership.objects.bulk_create(
        [
            Membership(
                person=person,
                organisation_id=organisations[number % len(organisations)],
                role=Role.REPRESENTATIVE,
                state="active",
                started_on=dt.date(2026, 1, 1),
            )
            for number, person in enumerate(people, start=first)
        ],
        batch_size=5_000,
    )
    PersonProfile.objects.bulk_create(
        [PersonProfile(person=person, function_title="Hauptamt", page_audience="public") for person in people[::10]]
    )


def programme(number: int) -> ProgrammeRecord:
    """Write the programme of that number."""
    rng = random.Random(f"programme {number}")
    fields = _draw(rng, FIELD_CODES, FIELD_SUMS, rng.choice(FIELDS_OF_ONE))
    areas = _areas(rng)
    writer = _Writer(rng, [subject for code in fields for subject in SUBJECTS[code.value].split()])
    where = "bundesweit" if areas == [Area.NATIONWIDE] else "in " + " und ".join(str(area.label) for area in areas)
    key = f"messung-{number:05}"
    url = f"https://www.example.org/foerderprogramm/{key}.html"
    title = writer.sentence(rng.choice(TITLES), where=where)
    return ProgrammeRecord(
        source_key=key,
        source_url=url,
        attribution=f"Für eine Messung erzeugt, {url}",
        title=title[0].upper() + title[1:],
        text_format="html",
        summary=writer.text(SUMMARY, opening=rng.choice(OPENINGS)),
        description=writer.text(DESCRIPTION),
        requirements=writer.text(REQUIREMENTS),
        procedure=writer.text(SHORT),
        legal_basis=writer.text(SHORT),
        keywords=", ".join(writer.subjects[:6]),
        kinds=_choose(rng, KIND_SHARES),
        fields=tuple(sorted(code.value for code in fields)),
        areas=tuple(area.value for area in areas),
        applicants=_choose(rng, APPLICANT_SHARES),
        levels=(_level(rng, areas).value,),
        funders=(f"Förderstelle für {writer.subjects[0]} {where}",),
        issued_on=dt.date(2015, 1, 1) + dt.timedelta(days=rng.randrange(3_900)),
        contacts=(_contact(rng),),
        links=tuple(
            LinkRecord(kind="further", title=writer.sentence("{compound} {where}", where=where), url=f"{url}?n={n}")
            for n in range(rng.randint(1, 4))
        ),
    )


class _Writer:
    """Writes sentences about the subjects of one programme."""

    def __init__(self, rng: random.Random, subjects: list[str]) -> None:
        self.rng = rng
        self.subjects = rng.sample(subjects, len(subjects))
        self.compounds = iter(rng.choices(COMPOUNDS, cum_weights=ZIPF_SUMS, k=1_000))

    def sentence(self, pattern: str, *, where: str = "") -> str:
        """Fill in a pattern; each ``{compound}`` and ``{adjective}`` becomes another word."""
        rng = self.rng
        while "{compound}" in pattern:
            pattern = pattern.replace("{compound}", next(self.compounds), 1)
        while "{adjective}" in pattern:
            pattern = pattern.replace("{adjective}", rng.choice(ADJECTIVES), 1)
        subject, other = rng.sample(self.subjects, 2)
        return pattern.format(
            subject=subject,
            other=other,
            where=where,
            percent=rng.randrange(20, 95, 5),
            amount=f"{rng.randrange(5, 900)}.000",
            months=rng.randrange(6, 48, 6),
            thousand=rng.choice((2, 5, 10, 20, 50)),
            bonus=rng.choice((2, 5, 10, 15)),
            years=rng.choice((5, 10, 12, 15, 25)),
        )

    def text(self, length: int, *, opening: str = "") -> str:
        """Write paragraphs and lists in HTML of about this many characters, some shorter, some longer."""
        rng = self.rng
        wanted = length * rng.uniform(0.6, 1.4)
        parts: list[str] = [f"<p>{self.sentence(opening)}</p>"] if opening else []
        written = sum(map(len, parts))
        while written < wanted:
            stocks = rng.choices((SENTENCES, RARE_SENTENCES), weights=(99, 1), k=rng.randint(1, 4))
            sentences = [self.sentence(rng.choice(stock)) for stock in stocks]
            if len(sentences) > 2 and rng.random() < 0.3:  # noqa: PLR2004 - a list has three items or more
                part = "<ul>" + "".join(f"<li>{sentence}</li>" for sentence in sentences) + "</ul>"
            else:
                part = f"<p>{' '.join(sentences)}</p>"
            parts.append(part)
            written += len(part)
        return "".join(parts)


def _draw[T](rng: random.Random, values: list[T], sums: list[int], count: int) -> list[T]:
    """Draw different values by their weights."""
    drawn: dict[T, None] = {}
    while len(drawn) < count:
        drawn[rng.choices(values, cum_weights=sums)[0]] = None
    return list(drawn)


def _choose(rng: random.Random, shares: dict[Kind, float] | dict[Applicant, float]) -> tuple[str, ...]:
    """Choose each value with its share; at least the most frequent one."""
    chosen = tuple(value.value for value, share in shares.items() if rng.random() < share)
    return chosen or (next(iter(shares)).value,)


def _areas(rng: random.Random) -> list[Area]:
    if rng.random() < NATIONWIDE_SHARE:
        return [Area.NATIONWIDE]
    return rng.sample(LAENDER, 2 if rng.random() < TWO_LAENDER_SHARE else 1)


def _level(rng: random.Random, areas: list[Area]) -> Level:
    if rng.random() < EU_SHARE:
        return Level.EU
    return Level.FEDERATION if areas == [Area.NATIONWIDE] else Level.LAND


def _contact(rng: random.Random) -> ContactRecord:
    return ContactRecord(
        institution=f"Bewilligungsstelle {rng.choice(PLACE_FIRST)}",
        street=f"{rng.choice(PLACE_FIRST)}straße {rng.randint(1, 120)}",
        postcode=f"{rng.randint(1067, 99998):05}",
        city=f"{rng.choice(PLACE_FIRST)}stadt",
        phone=f"+49 30 {rng.randint(100_000, 999_999)}",
        email="auskunft@example.org",
        website="https://www.example.org/",
    )


# --- after loading ---


def settle() -> None:
    """Do what autovacuum and the checkpointer would do within minutes, so that neither falls into the measuring."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def database_megabytes() -> float:
    """Return the size of the database in MB."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0]) / 1_000_000


def municipality_count() -> int:
    """Return how many municipalities exist, without the unincorporated areas."""
    return Municipality.objects.current().municipalities().count()
