"""Bringing parsed rows into the database, each kind with one comparison and one statement.

Called by ``portal.directory.services`` alone, inside its transaction. Only rows that differ are written, so that a
second run writes nothing.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import DateField, Value
from django.db.models.functions import Greatest

from portal.directory.imports.extract import ExtractRow
from portal.directory.imports.gv100ad import MunicipalityRow, PlaceRow, Register
from portal.directory.imports.report import Level
from portal.directory.models import (
    Association,
    District,
    Edition,
    Land,
    Municipality,
    Place,
    PlaceName,
    PopulationFigure,
    Postcode,
)
from portal.directory.names import association_name, folded_names, split_name

BATCH = 1000


def write_register(
    register: Register, edition: Edition, *, retire: bool = True, step: Callable[[str], None] = lambda _level: None
) -> tuple[dict[str, Level], set[str]]:
    """Write all levels of a register, from above.

    Args:
        register: the parsed file.
        edition: its record.
        retire: end what the file does not hold; not if it is a selection.
        step: told the name of each level before it is written.

    Returns:
        What happened on each level, and the AGS of the municipalities whose names must be indexed again.
    """
    real = {row.key for row in register.associations}
    places: dict[str, tuple[type[Place], list[tuple[int, Place]]]] = {
        "land": (Land, [(row.line, _land(row)) for row in register.laender]),
        "district": (District, [(row.line, _district(row)) for row in register.districts]),
        "association": (Association, [(row.line, _association(row)) for row in register.associations]),
        "municipality": (Municipality, [(row.line, _municipality(row, real)) for row in register.municipalities]),
    }
    levels: dict[str, Level] = {}
    for name, (model, wanted) in places.items():
        step(name)
        levels[name] = sync_places(model, wanted, edition)
    if retire:
        for name, (model, wanted) in places.items():
            levels[name].retired = retire_others(model, {place.pk for _line, place in wanted}, register.as_of)
    write_populations(register, edition)
    written = {*levels["municipality"].created, *levels["municipality"].changed}
    touched = {row.ags for row in register.municipalities if row.line in written}
    codes = {row.ags: row.postcode for row in register.municipalities if row.postcode}
    return levels, touched | write_postcodes(codes, seat=True)


# --- places ------------------------------------------------------------------------------------------------------


def _land(row: PlaceRow) -> Land:
    return Land(id=row.key, name=split_name(row.official_name).name, seat=row.seat)


def _district(row: PlaceRow) -> District:
    name = split_name(row.official_name, key=row.key).name
    return District(id=row.key, land_id=row.key[:2], name=name, seat=row.seat, kind=row.kind)


def _association(row: PlaceRow) -> Association:
    return Association(
        id=row.key,
        district_id=row.key[:5],
        name=association_name(row.official_name),
        seat=row.seat,
        kind=row.kind,
    )


def _municipality(row: MunicipalityRow, associations: Collection[str]) -> Municipality:
    names = split_name(row.official_name, key=row.ags)
    return Municipality(
        ags=row.ags,
        ars=row.ars,
        land_id=row.ags[:2],
        district_id=row.ags[:5] if row.has_district else None,
        association_id=row.ars[:9] if row.ars[:9] in associations else None,
        name=names.name,
        second_name=names.second_name,
        suffix=names.suffix,
        official_name=row.official_name,
        kind=row.kind,
        area_km2=row.area_km2,
        population=row.population,
    )


FIELDS: dict[type[Place], tuple[str, ...]] = {
    Land: ("name", "seat"),
    District: ("name", "seat", "land_id", "kind"),
    Association: ("name", "seat", "district_id", "kind"),
    Municipality: (
        *("name", "second_name", "suffix", "official_name", "ars", "land_id", "district_id", "association_id"),
        *("kind", "area_km2", "population"),
    ),
}
"""The facts that the register gives of each level."""


def sync_places(model: type[Place], wanted: Sequence[tuple[int, Place]], edition: Edition) -> Level:
    """Write the rows of a level that are new or differ. What had ceased to exist and returns exists again."""
    level = Level()
    fields = FIELDS[model]
    existing = {row[0]: row[1:] for row in model._default_manager.values_list("pk", "valid_to", *fields)}
    write: list[Place] = []
    same: list[str] = []
    for line, place in wanted:
        place.edition = edition
        before = existing.get(place.pk)
        if before is None:
            level.created.append(line)
            write.append(place)
        elif before != (None, *(getattr(place, name) for name in fields)):
            level.changed.append(line)
            write.append(place)
        else:
            same.append(place.pk)
    level.unchanged = len(same)
    model._default_manager.bulk_create(
        write,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=[*(_field_name(model, name) for name in fields), "edition", "valid_to"],
    )
    # The newest file that shows a fact is its source, although the fact is the same.
    model._default_manager.filter(pk__in=same).exclude(edition=edition).update(edition=edition)
    return level


def retire_others(model: type[Place], keys: Collection[str], as_of: dt.date) -> list[str]:
    """End what a whole register of that day does not hold, and return its keys.

    It stays, with the day before the register's as its last until a list of changes says the true one. Facts from a
    newer file (demonstration data, over which an older register is imported) are left alone.
    """
    current = model._default_manager.filter(valid_to=None, edition__as_of__lt=as_of)
    gone = sorted(set(current.values_list("pk", flat=True)) - set(keys))
    if gone:
        last_day = Value(as_of - dt.timedelta(days=1), output_field=DateField())
        model._default_manager.filter(pk__in=gone).update(valid_to=Greatest(last_day, "valid_from"))
    return gone


def _field_name(model: type[Place], attname: str) -> str:
    """Return the name of the field whose column is ``attname`` (``land`` for ``land_id``)."""
    return str(next(field.name for field in model._meta.concrete_fields if field.attname == attname))


def write_populations(register: Register, edition: Edition) -> None:
    """Keep how many people lived in each municipality on the register's day; the newest file of that day counts."""
    existing = {
        row[0]: row[1:]
        for row in PopulationFigure.objects.filter(as_of=register.as_of).values_list(
            "municipality_id", "inhabitants", "edition_id"
        )
    }
    PopulationFigure.objects.bulk_create(
        (
            PopulationFigure(municipality_id=row.ags, as_of=register.as_of, inhabitants=row.population, edition=edition)
            for row in register.municipalities
            if existing.get(row.ags) != (row.population, edition.pk)
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["municipality", "as_of"],
        update_fields=["inhabitants", "edition"],
    )


# --- what belongs to a municipality --------------------------------------------------------------------------------


def write_postcodes(codes: Mapping[str, str], *, seat: bool) -> set[str]:
    """Add one postcode to each of the municipalities ``codes`` names, and return those where something changed.

    With ``seat`` it becomes that of the administration. Codes that earlier editions named are kept: most larger
    municipalities have several, and the files name one of them at a time.
    """
    existing: dict[str, dict[str, bool]] = {}
    for ags, code, is_seat in Postcode.objects.values_list("municipality_id", "code", "is_seat"):
        existing.setdefault(ags, {})[code] = is_seat
    create: list[Postcode] = []
    promote: list[str] = []
    for ags, code in codes.items():
        known = existing.get(ags, {})
        is_seat = seat or not any(known.values())
        if code not in known:
            create.append(Postcode(municipality_id=ags, code=code, is_seat=is_seat))
        if is_seat and (code in known and not known[code]):
            promote.append(ags)
    new_seats = {*promote, *(row.municipality_id for row in create if row.is_seat)}
    if new_seats:
        seats = Postcode.objects.filter(municipality__in=new_seats)
        seats.filter(is_seat=True).update(is_seat=False)
    Postcode.objects.bulk_create(create, batch_size=BATCH)
    for ags in promote:  # only where a municipality returns to a code it had before
        Postcode.objects.filter(municipality=ags, code=codes[ags]).update(is_seat=True)
    return {row.municipality_id for row in create}


def write_extract(rows: Sequence[ExtractRow], edition: Edition) -> Level:
    """Set coordinates and degree of urbanisation of the municipalities the register knows."""
    level = Level()
    before = {
        row[0]: row[1:]
        for row in Municipality.objects.values_list(
            "ags", "longitude", "latitude", "urbanisation", "coordinates_edition_id"
        )
    }
    write = []
    for row in rows:
        longitude, latitude, urbanisation, source = before[row.ags]
        if row.longitude is not None:
            longitude, latitude, source = row.longitude, row.latitude, edition.pk
        urbanisation = row.urbanisation or urbanisation
        if (longitude, latitude, urbanisation) != before[row.ags][:3]:
            level.changed.append(row.line)
        else:
            level.unchanged += 1
        if (longitude, latitude, urbanisation, source) != before[row.ags]:
            write.append((row.ags, longitude, latitude, urbanisation, source))
    set_locations(write)
    return level


def set_locations(rows: Sequence[tuple[str, float | None, float | None, int | None, int | None]]) -> None:
    """Write AGS, longitude, latitude, degree of urbanisation and the coordinates' edition, in one statement."""
    if not rows:
        return
    with connection.cursor() as cursor:
        _copy(
            cursor,
            "location",
            "ags text, longitude float8, latitude float8, urbanisation int2, edition int8",
            rows,
        )
        cursor.execute(
            """
            UPDATE directory_municipality AS place
            SET longitude = location.longitude, latitude = location.latitude,
                urbanisation = location.urbanisation, coordinates_edition_id = location.edition
            FROM location WHERE place.ags = location.ags
            """
        )


def index_names(keys: Collection[str]) -> None:
    """Add every text that these municipalities are found by.

    Only added, never taken away: who looks for a former name, key or postcode finds the place as well.
    """
    if not keys:
        return
    places = Municipality.objects.filter(pk__in=keys)
    codes: dict[str, list[str]] = {}
    for ags, code in Postcode.objects.filter(municipality__in=keys).values_list("municipality_id", "code"):
        codes.setdefault(ags, []).append(code)
    rows: list[tuple[str, str, str]] = []
    for ags, ars, name, second, official in places.values_list("ags", "ars", "name", "second_name", "official_name"):
        folded = folded_names(name=name, second_name=second, official_name=official)
        texts = search_texts(folded, keys=(ags, ars), postcodes=codes.get(ags, []))
        rows += [(ags, kind, text) for text, kind in texts.items()]
    with connection.cursor() as cursor:
        _copy(cursor, "place_name", "ags text, kind text, folded text", rows)
        cursor.execute(
            """
            INSERT INTO directory_placename (municipality_id, kind, folded)
            SELECT ags, kind, folded FROM place_name
            ON CONFLICT (municipality_id, folded) DO NOTHING
            """
        )


def search_texts(names: Mapping[str, bool], *, keys: Iterable[str], postcodes: Iterable[str]) -> dict[str, str]:
    """Return each folded text that one municipality is found by, with its kind; ``names`` as from ``folded_names``."""
    return {
        **{name: PlaceName.Kind.SECOND if second else PlaceName.Kind.NAME for name, second in names.items()},
        **dict.fromkeys(keys, PlaceName.Kind.KEY),
        **dict.fromkeys(postcodes, PlaceName.Kind.POSTCODE),
    }


def _copy(cursor: Any, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Fill a temporary table that ends with the transaction."""
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def standardise() -> None:
    """Compute size and density of all current municipalities with inhabitants as distances from the mean.

    Natural logarithms, in standard deviations, rounded to six places so that the order in which the database adds
    makes no difference. Unincorporated areas, and what no longer exists, have none.
    """
    measured = "valid_to IS NULL AND population > 0 AND area_km2 > 0 AND kind NOT IN ('65', '66')"
    size, density = "ln(population)", "ln(population / area_km2)"
    score = (
        "CASE WHEN {where} THEN round((({value} - {name}_mean) / nullif({name}_deviation, 0))::numeric, 6)::float8 END"
    )
    size_score = score.format(where=measured, value=size, name="size")
    density_score = score.format(where=measured, value=density, name="density")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH scale AS (
                SELECT avg({size}) AS size_mean, stddev_pop({size}) AS size_deviation,
                       avg({density}) AS density_mean, stddev_pop({density}) AS density_deviation
                FROM directory_municipality WHERE {measured}
            )
            UPDATE directory_municipality SET size_score = {size_score}, density_score = {density_score}
            FROM scale WHERE (size_score, density_score) IS DISTINCT FROM ({size_score}, {density_score})
            """  # noqa: S608 - made of the constants above
        )


def refresh_statistics() -> None:
    """Tell the query planner what the tables hold now, so that the search uses its indexes at once."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_municipality, directory_placename, directory_postcode")
