"""The migration from states to drafts and publication, on rows in each state."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, AFTER = [("funding", "0001_initial")], [("funding", "0002_editorial")]


def migrate(to: list[tuple[str, str]]) -> Any:
    """Migrate the funding area and return its models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


def test_every_state_is_carried_over_and_back():
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()  # other areas stand on this one
    programmes = migrate(BEFORE).get_model("funding", "Programme").objects
    try:
        for state in ("draft", "published", "withdrawn"):
            made = programmes.create(slug=state, title=state, areas=["08"], state=state, checked_on="2026-01-05")
            made.contacts.create(institution="Amt", position=0)
        times = {row.slug: (row.created_at, row.updated_at) for row in programmes.all()}

        changed = migrate(AFTER).get_model("funding", "Programme").objects
        rows = {row.slug: row for row in changed.all()}
        found = {slug: (row.live, row.first_published_at, row.last_published_at) for slug, row in rows.items()}
        assert found == {
            "draft": (False, None, None),
            "published": (True, *times["published"]),
            "withdrawn": (False, *times["withdrawn"]),
        }
        assert {str(row.checked_on) for row in rows.values()} == {"2026-01-05"}
        assert {row.check_interval_days for row in rows.values()} == {180}
        assert changed.filter(contacts__institution="Amt").count() == 3

        states = migrate(BEFORE).get_model("funding", "Programme").objects.values_list("slug", "state")
        assert all(slug == state for slug, state in states)
        assert len(states) == 3
    finally:
        migrate(latest)
