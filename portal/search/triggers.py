"""Triggers on the tables of everything that can be found: what changes is written down in the same transaction.

They belong to the search and not to the models, which know nothing of it: they are put in place after each migration.
A model that inherits from another table (a page of the editors, say) is watched in both.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, models

from portal.areas import Searchable, areas

FUNCTION = """
CREATE OR REPLACE FUNCTION search_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed record;
    key text;
    is_there boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
    EXECUTE 'SELECT ($1).' || quote_ident(TG_ARGV[1]) || '::text' INTO key USING changed;
    IF TG_ARGV[2] <> '' THEN
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || quote_ident(TG_ARGV[2]) || ' WHERE ' || quote_ident(TG_ARGV[3])
            || '::text = $1)' INTO is_there USING key;
        IF NOT is_there THEN RETURN NULL; END IF;
    END IF;
    -- An update waits for whoever reads the thing at this moment, and is then noted anew instead of being lost with it.
    INSERT INTO search_pending (kind, key) VALUES (TG_ARGV[0], key)
        ON CONFLICT ON CONSTRAINT search_pending_once DO UPDATE SET kind = EXCLUDED.kind;
    RETURN NULL;
END $$
"""


def install() -> None:
    """Put in place what is missing, and take away what belongs to a kind that is no more."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        cursor.execute("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'search\\_%%'", [])
        there = set(cursor.fetchall())
        wanted = dict(statements())
        for name, table in there - set(wanted):
            cursor.execute(f"DROP TRIGGER {quote(name)} ON {quote(table)}")
        for one in set(wanted) - there:
            cursor.execute(wanted[one])


def statements() -> Iterator[tuple[tuple[str, str], str]]:
    """Yield name and table of each trigger, with what makes it; names are of our own models alone."""
    quote = connection.ops.quote_name
    for kind in areas.searchables():
        for model in tables(kind):
            own = model is kind.model
            there, column = ("", "") if own else (kind.model._meta.db_table, _key(kind.model))
            arguments = ", ".join(f"'{text}'" for text in (kind.slug, _key(model), there, column))
            name, table = name_of(kind), model._meta.db_table
            made = (
                f"CREATE OR REPLACE TRIGGER {quote(name)} AFTER INSERT OR UPDATE OR DELETE"
                f" ON {quote(table)} FOR EACH ROW EXECUTE FUNCTION search_note_change({arguments})"
            )
            yield (name, table), made


def name_of(kind: Searchable) -> str:
    """Return what a kind's triggers are called; the table is part of a trigger's identity."""
    return f"search_{kind.slug.replace('-', '_')}"[:60]


def tables(kind: Searchable) -> list[type[models.Model]]:
    """Return the models whose tables hold a kind: its own, and those it inherits from."""
    parents: list[Any] = kind.model._meta.get_parent_list()
    return [kind.model, *parents]


def _key(model: type[models.Model]) -> str:
    primary: Any = model._meta.pk
    return str(primary.column)
