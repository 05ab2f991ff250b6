"""Every municipality, district and association of the register is an organisation before anybody registers."""

from django.db import connection, transaction

_PLACES = {
    "municipality": ("directory_municipality", "ags", "land_id", "place.kind NOT IN ('65', '66')"),
    "district": ("directory_district", "id", "land_id", "TRUE"),
    "association": ("directory_association", "id", "left(place.district_id, 2)", "TRUE"),
}
"""Of each kind: table, column of the official key, SQL of the Land, and which of its places have an administration."""


@transaction.atomic
def follow_register() -> int:
    """Make the organisations that are missing and bring the others up to date; return how many were written.

    Set-based and idempotent: a second call writes nothing. An organisation whose place has ceased to exist stays, with
    all that hangs on it, and knows its last day; places that had ceased before get none.
    """
    written = 0
    with connection.cursor() as cursor:
        for kind, (table, key, land, condition) in _PLACES.items():
            cursor.execute(
                f"""
                INSERT INTO directory_organisation
                    (id, kind, name, slug, land_id, {kind}_id, ceased_on, created_at)
                SELECT gen_random_uuid(), %s, place.name, place.{key}, {land}, place.{key}, place.valid_to, now()
                FROM {table} place
                WHERE ({condition})
                  AND (place.valid_to IS NULL
                       OR EXISTS (SELECT FROM directory_organisation had WHERE had.{kind}_id = place.{key}))
                ON CONFLICT ({kind}_id) DO UPDATE
                SET name = EXCLUDED.name, land_id = EXCLUDED.land_id, ceased_on = EXCLUDED.ceased_on
                WHERE (directory_organisation.name, directory_organisation.land_id, directory_organisation.ceased_on)
                    IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.land_id, EXCLUDED.ceased_on)
                """,  # noqa: S608 - made of the constants above
                [kind],
            )
            written += cursor.rowcount
        if written:
            cursor.execute("ANALYZE directory_organisation")
    return written
