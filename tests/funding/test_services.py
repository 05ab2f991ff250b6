"""Writing: two imports at once, changes of state, races between editors."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from funding.models import LIFE, Programme
from funding.services import IMPORT_LOCK, ImportRunningError, change_state, import_programmes, mark_checked
from tests.factories.accounts import UserFactory
from tests.factories.funding import ProgrammeFactory


def at_once(*actions) -> list[object]:
    """Run actions in threads that start together; return each one's result or exception."""
    barrier = threading.Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(number: int) -> None:
        try:
            results[number] = actions[number](barrier)
        except Exception as error:  # noqa: BLE001 - the result is looked at
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db
def test_life_has_no_unreachable_state_and_no_dead_end():
    assert LIFE.unreachable() == set()
    assert LIFE.dead_ends() == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "state, verb, after",
    [
        ("draft", "publish", "published"),
        ("withdrawn", "publish", "published"),
        ("published", "withdraw", "withdrawn"),
        ("published", "revise", "draft"),
        ("withdrawn", "revise", "draft"),
    ],
)
def test_editor_changes_the_state(state, verb, after):
    programme = ProgrammeFactory(state=state)
    change_state(programme=programme, verb=verb, by=UserFactory(editor=True))
    programme.refresh_from_db()
    assert programme.state == after


@pytest.mark.django_db
@pytest.mark.parametrize("state, verb", [("draft", "withdraw"), ("draft", "revise"), ("published", "publish")])
def test_other_change_of_state_is_refused(state, verb):
    programme = ProgrammeFactory(state=state)
    with pytest.raises(ValidationError):
        change_state(programme=programme, verb=verb, by=UserFactory(editor=True))


@pytest.mark.django_db
def test_draft_without_an_area_cannot_be_published():
    programme = ProgrammeFactory(hidden=True, areas=[])
    with pytest.raises(ValidationError):
        change_state(programme=programme, verb="publish", by=UserFactory(editor=True))


@pytest.mark.django_db
def test_reader_cannot_change_anything():
    programme = ProgrammeFactory(checked_on=None)
    with pytest.raises(PermissionDenied):
        change_state(programme=programme, verb="withdraw", by=UserFactory())
    with pytest.raises(PermissionDenied):
        mark_checked(programme=programme, by=UserFactory())
    programme.refresh_from_db()
    assert (programme.state, programme.checked_on) == ("published", None)


@pytest.mark.django_db
def test_database_refuses_a_change_of_state_that_is_not_declared():
    programme = ProgrammeFactory(hidden=True)
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(state="withdrawn")


@pytest.mark.django_db
def test_check_is_dated_today():
    programme = ProgrammeFactory(checked_on=None)
    mark_checked(programme=programme, by=UserFactory(editor=True))
    programme.refresh_from_db()
    assert programme.checked_on == timezone.localdate()


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_only_one_changes_the_state():
    programme = ProgrammeFactory()
    editors = [UserFactory(editor=True), UserFactory(editor=True)]

    def take(verb, editor):
        def action(barrier):
            barrier.wait()
            return str(change_state(programme=programme, verb=verb, by=editor).state)

        return action

    results = at_once(take("withdraw", editors[0]), take("withdraw", editors[1]))
    assert sorted(type(result).__name__ for result in results) == ["ValidationError", "str"]
    programme.refresh_from_db()
    assert programme.state == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_editors_would_believe_they_did_it():
    """The control of the test above: reading, deciding and writing without a row lock loses one of the two."""
    programme = ProgrammeFactory()

    def naive(barrier):
        with transaction.atomic():
            mine = Programme.objects.get(pk=programme.pk)
            assert mine.state in LIFE.transition("withdraw").sources
            barrier.wait()
            mine.state = "withdrawn"
            mine.save(update_fields=["state"])
        return mine.state

    assert at_once(naive, naive) == ["withdrawn", "withdrawn"]


@pytest.mark.django_db(transaction=True)
def test_second_import_at_the_same_time_is_refused():
    held, released = threading.Event(), threading.Event()

    def first(_barrier):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
            held.set()
            released.wait(20)

    def second(_barrier):
        held.wait(20)
        try:
            return import_programmes(records=[], imported_from="x", licence="", licence_url="", complete=True)
        finally:
            released.set()

    _first, refused = at_once(first, second)
    assert isinstance(refused, ImportRunningError)
    report = import_programmes(records=[], imported_from="x", licence="", licence_url="", complete=False)
    assert report.imported == 0
