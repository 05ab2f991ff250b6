"""The floors of the house, and what the database itself refuses."""

import ast
import subprocess
import sys
from pathlib import Path

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddIndex, CreateModel
from django.db.migrations.operations.fields import FieldOperation
from wagtail.models import Page, Task

from portal.areas import areas
from portal.state import StateMachine
from tests.factories import factories

ROOT = Path(__file__).resolve().parents[2]
AREAS = {
    "community",
    "events",
    "projects",
    "standards",
    "assessment",
    "consulting",
    "modernisation",
    "training",
    "funding",
}
DECIDED_EDGES = {("projects", "funding")}  # ADR 0027
"""Foreign keys from one area to another, each with an ADR."""


def own_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m.__module__.split(".")[0] in {"portal", *AREAS}]


def test_imports_point_down() -> None:
    run = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_relations_between_areas_are_decided() -> None:
    walked = 0
    edges: set[tuple[str, str]] = set()
    for model in own_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if not field.is_relation or field.auto_created or not isinstance(target, type):
                continue
            walked += 1
            source_area, target_area = model._meta.app_label, target._meta.app_label
            if source_area != target_area and {source_area, target_area} <= AREAS:
                edges.add((source_area, target_area))
    assert walked > 5
    assert edges == DECIDED_EDGES


def test_the_foundation_has_no_relation_to_an_area() -> None:
    for model in own_models():
        if model.__module__.startswith("portal."):
            targets = {
                f.related_model._meta.app_label
                for f in model._meta.get_fields()
                if f.is_relation and not f.auto_created and isinstance(f.related_model, type)
            }
            assert targets & AREAS == set(), model


def test_every_model_has_a_factory_a_name_and_an_order() -> None:
    walked = own_models()
    assert walked
    assert [m.__name__ for m in walked if m not in factories()] == []
    assert [m.__name__ for m in walked if m.__str__ is models.Model.__str__] == []
    # Pages lie in a tree, by which their manager sorts; steps of a workflow are sorted by the workflow.
    assert [m.__name__ for m in walked if not m._meta.ordering and not issubclass(m, (Page, Task))] == []


@pytest.mark.django_db
def test_every_declared_constraint_is_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")
        there = {name for (name,) in cursor.fetchall()}
    declared = {c.name for m in own_models() for c in [*m._meta.constraints, *m._meta.indexes]}
    assert len(declared) > 20
    assert declared - there == set()


@pytest.mark.django_db
def test_every_declared_trigger_is_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        there = {name for (name,) in cursor.fetchall()}
    own = set(own_models())
    declared = {trigger.get_pgid(model) for model, trigger in pgtrigger.registered() if model in own}
    assert len(declared) > 10
    assert declared - there == set()


def test_every_state_can_be_reached_and_left() -> None:
    """test_state.py shows that both would be found."""
    machines = {
        f"{module.__name__}.{name}": value
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").split(".")[0] in {"portal", *AREAS}
        for name, value in list(vars(module).items())
        if isinstance(value, StateMachine)
    }
    assert len(set(map(id, machines.values()))) >= 6
    for name, machine in machines.items():
        assert machine.unreachable() == set(), name
        assert machine.dead_ends() == set(), name


@pytest.mark.django_db  # a migration of wagtail-localize asks it as it is read
def test_what_a_new_model_must_obey_stands_where_it_is_created() -> None:
    """What is added in an operation of its own has Django draw all related models anew (docs/adding-an-area.md).

    A constraint or an index of a field that comes later in the same migration has to come later, too.
    """
    walked, apart = 0, []
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if apps.get_app_config(app).name.split(".")[0] not in {"portal", *AREAS}:
            continue
        late: dict[str, set[str]] = {}
        for operation in migration.operations:
            if isinstance(operation, CreateModel):
                late[operation.name_lower] = set()
                walked += 1
            elif isinstance(operation, FieldOperation) and operation.model_name_lower in late:
                late[operation.model_name_lower].add(operation.name)
            elif isinstance(operation, AddConstraint | AddIndex) and operation.model_name_lower in late:
                added = operation.constraint if isinstance(operation, AddConstraint) else operation.index
                if not any(field in repr(added.deconstruct()) for field in late[operation.model_name_lower]):
                    apart.append(f"{app}.{name}: {added.name}")
    assert walked > 50
    assert apart == []


def test_every_area_is_described() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [area.slug for area in areas if f"{area.slug}/" not in text] == []


def test_translations_are_called_by_names_that_are_collected() -> None:
    """What is called by another name never reaches the catalogue, and people read English."""
    known = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "_"}
    known |= {"npgettext", "npgettext_lazy"}
    functions = known - {"_"}
    walked, aliased = 0, []
    for package in ["competence_centre", "portal", *sorted(AREAS)]:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                    for name in node.names:
                        if name.name in functions:
                            walked += 1
                            called = name.asname or name.name
                            if called not in known:
                                aliased.append(f"{path.relative_to(ROOT)}: {called}")
    assert walked > 50
    assert aliased == []
