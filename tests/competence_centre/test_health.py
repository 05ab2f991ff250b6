import json

import pytest
from django.db import OperationalError, connection
from django.test import Client
from kombu.exceptions import OperationalError as BrokerError

from competence_centre import health


def test_a_living_process_says_so_without_the_database(client: Client) -> None:
    answer = client.get("/healthz", headers={"Host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_a_portal_that_can_work_is_ready(client: Client) -> None:
    answer = client.get("/readyz", headers={"Host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.django_db
def test_a_missing_migration_is_told_in_words(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'funding'"
            " AND name = (SELECT max(name) FROM django_migrations WHERE app = 'funding')"
        )
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The database lacks 1 migrations; run “manage.py migrate”."]


def test_an_unreachable_database_is_told_in_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_connection: object) -> None:
        raise OperationalError("connection refused\nmore")

    monkeypatch.setattr(health, "MigrationExecutor", unreachable)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "The database cannot be reached: connection refused" in answer.json()["reasons"]


@pytest.mark.django_db
def test_an_unreachable_broker_is_told_in_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        def connection_for_write(self) -> None:
            raise BrokerError("no route")

    monkeypatch.setattr(health, "app", Unreachable())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["reasons"] == ["The broker of the jobs cannot be reached: no route"]
