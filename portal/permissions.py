"""Deciding what somebody may do, with a reason that can be shown when the answer is no.

A predicate is a function ``can_<verb>(user, obj) -> Decision`` in an app's ``permissions.py``. Code calls it by name;
Django, DRF and templates reach the same function as ``user.has_perm("<app label>.<verb>", obj)``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from django.apps import apps
from django.core.exceptions import PermissionDenied

from portal.visibility import Viewer

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


@dataclass(frozen=True, slots=True)
class Denied:
    """A no that carries its reason, a full sentence in the reader's language. It is falsy."""

    reason: "StrOrPromise"

    def __bool__(self) -> bool:
        """A denial counts as False, so that a predicate reads like one."""
        return False


type Decision = Literal[True] | Denied
type Predicate = Callable[[Viewer, Any], Decision]


def enforce(decision: Decision) -> None:
    """Let an allowed action pass.

    Raises:
        PermissionDenied: with the reason, which the 403 page and the API's problem show.
    """
    if isinstance(decision, Denied):
        raise PermissionDenied(str(decision.reason))


def predicate(perm: str) -> Predicate | None:
    """Find the predicate for ``"<app label>.<verb>"``; None when the app has no such rule."""
    label, _, verb = perm.partition(".")
    if label not in apps.app_configs or not verb.isidentifier():
        return None
    app = apps.get_app_config(label).name
    name = f"{app}.permissions"
    if not _lies_in_this_house(app):
        return None
    if find_spec(name) is None:
        return None
    return cast("Predicate | None", getattr(import_module(name), f"can_{verb}", None))


def _lies_in_this_house(app: str) -> bool:
    """Tell whether an app is ours: modules of that name in libraries mean something else."""
    package = find_spec(app.partition(".")[0])
    return package is not None and package.origin is not None and Path(package.origin).parent.parent == HOUSE


HOUSE = Path(__file__).resolve().parent.parent


class PredicateBackend:
    """Answers ``user.has_perm`` from the predicates, so that there is one rule and many who ask it."""

    def authenticate(self, *args: object, **kwargs: object) -> None:
        """Nobody signs in here; this backend only decides."""

    def has_perm(self, user_obj: Viewer, perm: str, obj: object = None) -> bool:
        """Ask the predicate named by ``perm``; without one the answer is no."""
        rule = predicate(perm)
        return rule is not None and bool(rule(user_obj, obj))
