import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, models, transaction

from portal.accounts.models import User
from portal.permissions import Decision, Denied
from portal.state import StateMachine, Transition
from tests.factories.accounts import UserFactory


class Light(models.TextChoices):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


class Plan(models.Model):
    """A thing with a state, in a registry of its own: the portal does not know it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    title = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)

    class Meta:
        apps = Apps()
        app_label = "plans"

    def __str__(self) -> str:
        return self.title


def by_editors(user: Any, _plan: Any) -> Decision:
    return True if isinstance(user, User) and user.is_editor else Denied("Only editors do that.")


def with_title(plan: Plan) -> Decision:
    return True if plan.title else Denied("There is no title.")


LIFE = StateMachine(
    states=Plan.State,
    initial="draft",
    transitions=(
        Transition(
            verb="publish",
            label="Publish",
            sources=frozenset({"draft", "withdrawn"}),
            target="published",
            who=by_editors,
            guard=with_title,
        ),
        Transition(
            verb="withdraw",
            label="Withdraw",
            sources=frozenset({"published"}),
            target="withdrawn",
            who=by_editors,
        ),
    ),
)


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Plan)
        editor.execute(LIFE.trigger("plan_life").compile(Plan).install_sql, params=None)


@pytest.fixture
def plans(db: None) -> None:
    """The table with its trigger, rolled back with everything else."""
    make_table()


@pytest.fixture
def lasting_plans(transactional_db: None) -> Iterator[None]:
    """The same for tests with several connections."""
    make_table()
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Plan)


def way(verb: str, source: str, target: str) -> Transition:
    return Transition(verb=verb, label=verb, sources=frozenset({source}), target=target, who=lambda _u, _o: True)


def test_a_table_with_an_unknown_state_is_refused() -> None:
    with pytest.raises(ValueError, match="blue"):
        StateMachine(states=Light, initial="red", transitions=(way("go", "red", "blue"),))


def test_a_verb_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        StateMachine(states=Light, initial="red", transitions=(way("go", "red", "green"), way("go", "green", "red")))


def test_unreachable_states_and_dead_ends_are_found() -> None:
    machine = StateMachine(states=Light, initial="red", transitions=(way("go", "red", "green"),))
    assert machine.unreachable() == {"broken"}
    assert machine.dead_ends() == {"green", "broken"}
    ended = StateMachine(
        states=Light,
        initial="red",
        transitions=(way("go", "red", "green"),),
        final=frozenset({"green", "broken"}),
    )
    assert ended.dead_ends() == set()


@pytest.mark.usefixtures("plans")
def test_a_transition_is_taken_by_who_may() -> None:
    draft = Plan.objects.create(title="Netz")
    assert LIFE.apply(draft, "publish", by=UserFactory(editor=True)).state == "published"
    draft.refresh_from_db()
    assert draft.state == "published"


@pytest.mark.usefixtures("plans")
def test_a_transition_is_refused_to_others_with_the_reason() -> None:
    draft = Plan.objects.create(title="Netz")
    for somebody in (AnonymousUser(), UserFactory()):
        assert LIFE.available(draft, somebody) == []
        with pytest.raises(PermissionDenied, match=r"Only editors do that\."):
            LIFE.apply(draft, "publish", by=somebody)
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.usefixtures("plans")
def test_a_transition_from_another_state_is_refused() -> None:
    published = Plan.objects.create(title="Netz", state="published")
    with pytest.raises(ValidationError):
        LIFE.apply(published, "publish", by=UserFactory(editor=True))


@pytest.mark.usefixtures("plans")
def test_a_guard_says_why_not() -> None:
    empty = Plan.objects.create()
    editor = UserFactory(editor=True)
    assert "publish" not in [step.verb for step in LIFE.available(empty, editor)]
    with pytest.raises(ValidationError):
        LIFE.apply(empty, "publish", by=editor)


@pytest.mark.usefixtures("plans")
def test_the_database_refuses_a_way_that_is_not_in_the_table() -> None:
    draft = Plan.objects.create(title="Netz")
    with pytest.raises(DatabaseError), transaction.atomic():
        Plan.objects.filter(pk=draft.pk).update(state="withdrawn")
    assert Plan.objects.filter(pk=draft.pk).update(state="published") == 1


def race(work: Any) -> list[str]:
    """Run ``work`` in two threads that start together; return what each came to."""
    barrier = threading.Barrier(2, timeout=10)
    outcomes: list[str] = []

    def run() -> None:
        try:
            work(barrier)
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(outcomes)


@pytest.mark.usefixtures("lasting_plans")
def test_of_two_who_publish_at_once_one_is_told_that_it_is_done_already() -> None:
    draft = Plan.objects.create(title="Netz")
    editor = UserFactory(editor=True)

    def publish(barrier: threading.Barrier) -> None:
        mine = Plan.objects.get(pk=draft.pk)
        barrier.wait()
        LIFE.apply(mine, "publish", by=editor)

    assert race(publish) == ["done", "refused"]


@pytest.mark.usefixtures("lasting_plans")
def test_control_without_the_lock_both_believe_that_they_did_it() -> None:
    draft = Plan.objects.create(title="Netz")

    def publish_without_lock(barrier: threading.Barrier) -> None:
        mine = Plan.objects.get(pk=draft.pk)
        if mine.state != "draft":
            raise ValidationError("too late")
        barrier.wait()
        mine.state = "published"
        mine.save(update_fields=["state"])

    assert race(publish_without_lock) == ["done", "done"]


def test_a_denial_is_falsy_and_keeps_its_reason() -> None:
    denial = Denied("Not today.")
    assert (bool(denial), denial.reason) == (False, "Not today.")
