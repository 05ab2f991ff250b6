"""State machines declared as data: what is not in the table is refused, by the code and by the database.

``StateMachine.trigger()`` makes a database trigger of the same table, so that a shell, an import or a bug cannot take
another way. ``unreachable`` and ``dead_ends`` let a test look at the whole machine.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from portal.permissions import Decision, Denied, enforce
from portal.visibility import Viewer

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One allowed way from a state to another.

    Attributes:
        verb: its name in code and addresses, for example ``publish``.
        label: what the button says.
        sources: the states it may start from.
        target: the state it leads to.
        who: predicate that says who may do it.
        guard: says what about the object itself forbids it; by default nothing does.
        effect: changes other fields of the object in the same write; by default nothing.
    """

    verb: str
    label: "StrOrPromise"
    sources: frozenset[str]
    target: str
    who: Callable[[Viewer, Any], Decision]
    guard: Callable[[Any], Decision] = lambda _obj: True
    effect: Callable[[Any], Collection[str]] = lambda _obj: ()
    """Returns the names of the fields it changed, so that they are saved with the state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMachine:
    """The states of one model's field and every way between them."""

    states: type[models.TextChoices]
    initial: str
    transitions: tuple[Transition, ...]
    final: frozenset[str] = frozenset()
    name: str = field(default="state")

    def __post_init__(self) -> None:
        """Refuse a table that names unknown states or the same verb twice."""
        named = {self.initial, *self.final, *(t.target for t in self.transitions)}
        named.update(*(t.sources for t in self.transitions))
        if unknown := named - set(self.states.values):
            message = f"Unknown states: {sorted(unknown)}"
            raise ValueError(message)
        verbs = [t.verb for t in self.transitions]
        if len(verbs) != len(set(verbs)):
            message = f"A verb occurs twice: {sorted(verbs)}"
            raise ValueError(message)

    def transition(self, verb: str) -> Transition:
        """Return the transition of that name; KeyError when there is none."""
        for candidate in self.transitions:
            if candidate.verb == verb:
                return candidate
        raise KeyError(verb)

    def available(self, obj: models.Model, user: Viewer) -> list[Transition]:
        """List what ``user`` could do with ``obj`` now."""
        current = getattr(obj, self.name)
        return [t for t in self.transitions if current in t.sources and t.who(user, obj) and t.guard(obj)]

    def apply[M: models.Model](self, obj: M, verb: str, *, by: Viewer) -> M:
        """Take one transition under a row lock, so that two people at once cannot both take it.

        Raises:
            PermissionDenied: ``by`` may not do this.
            ValidationError: the object is in another state by now, or its guard forbids it.
        """
        step = self.transition(verb)
        with transaction.atomic():
            locked = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
            enforce(step.who(by, locked))
            current = getattr(locked, self.name)
            if current not in step.sources:
                raise ValidationError(
                    _("This is not possible any more: the state is now “%(state)s”."),
                    params={"state": self.states(current).label},
                )
            allowed = step.guard(locked)
            if isinstance(allowed, Denied):
                raise ValidationError(str(allowed.reason))
            setattr(locked, self.name, step.target)
            changed = step.effect(locked)
            locked.save(update_fields=[self.name, *changed])
        return locked

    def unreachable(self) -> set[str]:
        """States that no way from the initial state leads to. A test demands that there are none."""
        reached = {self.initial}
        while more := {t.target for t in self.transitions if t.sources & reached} - reached:
            reached |= more
        return set(self.states.values) - reached

    def dead_ends(self) -> set[str]:
        """States that nothing leads out of and that are not declared final."""
        left = {source for t in self.transitions for source in t.sources}
        return set(self.states.values) - left - set(self.final)

    def trigger(self, name: str) -> pgtrigger.FSM:
        """Return the database trigger that refuses every other change of the field."""
        ways = sorted({(source, t.target) for t in self.transitions for source in t.sources})
        return pgtrigger.FSM(name=name, field=self.name, transitions=ways)
