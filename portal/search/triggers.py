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
    INSERT INTO search_pending (kind, key) VALUES (TG_ARGV[0], key) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""


def install() -> None:
    """Put the triggers in place; those that are there are replaced."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        for statement in statements():
            cursor.execute(statement)


def statements() -> Iterator[str]:
    """Yield what makes each trigger; names are of our own models alone."""
    quote = connection.ops.quote_name
    for kind in areas.searchables():
        for model in tables(kind):
            own = model is kind.model
            there, column = ("", "") if own else (kind.model._meta.db_table, _key(kind.model))
            arguments = ", ".join(f"'{text}'" for text in (kind.slug, _key(model), there, column))
            yield (
                f"CREATE OR REPLACE TRIGGER {quote(name_of(kind))} AFTER INSERT OR UPDATE OR DELETE"
                f" ON {quote(model._meta.db_table)} FOR EACH ROW EXECUTE FUNCTION search_note_change({arguments})"
            )


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
