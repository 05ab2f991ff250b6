"""The audit can only grow, whoever asks the database otherwise and however."""

import pytest
from django.db import DatabaseError, connection, transaction

from portal.audit.models import AuditEvent, Verb
from portal.audit.services import record
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditevent SET reason = 'anders'", "DELETE FROM audit_auditevent", "TRUNCATE audit_auditevent"],
)
def test_the_database_refuses_to_change_or_empty_it(statement: str) -> None:
    person = UserFactory()
    line = record(Verb.PERSON_ERASED, person, by=person, reason="Auf Antrag")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get().reason == line.reason


def test_only_administrators_read_it() -> None:
    record(Verb.PERSON_ERASED, UserFactory(), by=None)
    assert AuditEvent.objects.all().visible_to(UserFactory()).count() == 0
    assert AuditEvent.objects.all().visible_to(UserFactory(is_superuser=True)).count() == 1
