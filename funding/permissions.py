"""Who may do what with funding programmes."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.directory.permissions import can_act_for
from portal.permissions import Decision, Denied
from portal.visibility import Viewer

if TYPE_CHECKING:
    from funding.models import Application, Programme
    from portal.directory.models import Organisation


def can_edit(user: Viewer, programme: "Programme | None") -> Decision:  # noqa: ARG001 - the same for every programme
    """Editors of the centre keep the programmes."""
    if isinstance(user, User) and user.is_editor:
        return True
    return Denied(_("Only the editors of the competence centre can change funding programmes."))


def can_see_landscape(user: Viewer, _obj: object = None) -> Decision:
    """Editors, evaluators and administrators see the landscape with its gaps."""
    if isinstance(user, User) and (user.is_editor or user.is_evaluator or user.is_administrator):
        return True
    return Denied(_("Only editors and evaluators of the competence centre can see this."))


APPLY = "apply"
"""The task that an association or a district may be asked to do for a municipality."""


def can_apply_for(user: Viewer, organisation: "Organisation") -> Decision:
    """Contributors and representatives keep an organisation's applications, and whom it has asked to apply for it."""
    return can_act_for(user, organisation, APPLY)


def can_keep_application(user: Viewer, application: "Application") -> Decision:
    """The same, for one application."""
    return can_apply_for(user, application.organisation)
