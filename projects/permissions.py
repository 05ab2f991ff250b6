"""Who may do what with projects, what is used again, collections, plans and co-operations."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.directory.models import Membership
from portal.permissions import Decision, Denied
from portal.visibility import Viewer

if TYPE_CHECKING:
    from portal.directory.models import Organisation
    from projects.models import Collection, Cooperation, Joining, Match, Plan, Project, Reuse

WRITERS = ("contributor", "representative")
"""Roles of an organisation that write for it."""

IN_THE_ADMIN = Denied(_("What the centre writes itself is approved, published and withdrawn in the editors' admin."))

NOT_YOURS = Denied(_("Only contributors and representatives of the organisation can do this."))


def writes_for(user: Viewer, organisation: "Organisation | None", *roles: str) -> bool:
    """Tell whether somebody has one of the roles in an organisation; without roles, whether she writes for it."""
    if organisation is None or not isinstance(user, User) or not user.is_active:
        return False
    held = Membership.objects.of(user).active().filter(organisation=organisation, role__in=roles or WRITERS)
    return held.exists()


# --- projects ---


def can_edit(user: Viewer, _project: "Project | None" = None) -> Decision:
    """Editors of the centre keep the projects."""
    if isinstance(user, User) and user.is_editor:
        return True
    return Denied(_("Only the editors of the competence centre can do this."))


def can_write(user: Viewer, project: "Project") -> Decision:
    """Contributors and representatives write what their organisation has done; the centre writes in its own admin."""
    if writes_for(user, project.organisation):
        return True
    return Denied(_("Only contributors and representatives of the organisation write this project."))


def can_write_for(user: Viewer, organisation: "Organisation | None") -> Decision:
    """Contributors and representatives enter projects and plans for their organisation."""
    return True if writes_for(user, organisation) else NOT_YOURS


def can_submit(user: Viewer, project: "Project") -> Decision:
    """A representative submits: then the organisation stands behind it."""
    if writes_for(user, project.organisation, "representative"):
        return True
    return Denied(_("Only those who represent the organisation submit a project."))


def can_review(user: Viewer, project: "Project | None" = None) -> Decision:
    """Editors review what organisations write: a second pair of eyes; nobody reviews what her own one has written."""
    allowed = can_edit(user)
    if not allowed or project is None:
        return allowed
    if project.organisation is None:
        return IN_THE_ADMIN
    if writes_for(user, project.organisation):
        return Denied(_("Nobody reviews what the own organisation has written."))
    return True


def can_archive(user: Viewer, project: "Project") -> Decision:
    """Representatives archive what is theirs, editors what any organisation has written."""
    if project.organisation is None and can_edit(user):
        return IN_THE_ADMIN
    if can_edit(user) or writes_for(user, project.organisation, "representative"):
        return True
    return Denied(_("Only representatives of the organisation and editors archive a project."))


def can_confirm(user: Viewer, project: "Project") -> Decision:
    """Whoever writes it says whether it is still right; editors too."""
    return True if can_edit(user) else can_write(user, project)


def can_see_inside(user: Viewer, project: "Project") -> Decision:
    """Members of the organisation and editors see its stage and the reasons."""
    if can_edit(user) or writes_for(user, project.organisation, "reader", *WRITERS):
        return True
    return NOT_YOURS


# --- using it again ---


def can_reuse(user: Viewer, organisation: "Organisation | None") -> Decision:
    """Contributors and representatives say for their organisation what it uses again."""
    return True if writes_for(user, organisation) else NOT_YOURS


def can_keep_reuse(user: Viewer, reuse: "Reuse") -> Decision:
    """The same, for what was said."""
    return can_reuse(user, reuse.organisation)


# --- collections ---


def can_keep_collection(user: Viewer, collection: "Collection") -> Decision:
    """One's own; that of an organisation those who write for it; a public one editors."""
    if collection.person_id is not None and collection.person_id == user.pk:
        return True
    if collection.organisation is not None and writes_for(user, collection.organisation):
        return True
    if collection.is_public and can_edit(user):
        return True
    return Denied(_("Only those who keep this collection change it."))


# --- plans and co-operations ---


def can_keep_plan(user: Viewer, plan: "Plan") -> Decision:
    """Those who write for the organisation."""
    return True if writes_for(user, plan.organisation) else NOT_YOURS


def can_answer_match(user: Viewer, match: "Match") -> Decision:
    """Those who write for one of the two."""
    if writes_for(user, match.first.organisation) or writes_for(user, match.second.organisation):
        return True
    return NOT_YOURS


def can_keep_cooperation(user: Viewer, cooperation: "Cooperation") -> Decision:
    """Those who write for one of the partners."""
    if not isinstance(user, User) or not user.is_active:
        return NOT_YOURS
    held = Membership.objects.of(user).active().filter(role__in=WRITERS, organisation__in=cooperation.partners.all())
    return True if held.exists() else NOT_YOURS


def can_leave(user: Viewer, cooperation: "Cooperation", organisation: "Organisation") -> Decision:
    """Those who write for this partner."""
    if writes_for(user, organisation) and cooperation.partners.filter(pk=organisation.pk).exists():
        return True
    return NOT_YOURS


def can_answer_joining(user: Viewer, joining: "Joining") -> Decision:
    """Those who write for a partner, or for the organisation that is to join."""
    if can_keep_cooperation(user, joining.cooperation) or writes_for(user, joining.organisation):
        return True
    return NOT_YOURS
