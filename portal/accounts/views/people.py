"""Looking after people and their roles; for administrators."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal.accounts.filtersets import PeopleFilterSet
from portal.accounts.forms import AccessForm, GrantRoleForm, ReasonForm
from portal.accounts.models import Role, RoleGrant, User
from portal.accounts.permissions import can_administer, can_change_access, can_view_as
from portal.accounts.services.roles import end_role, grant_role
from portal.accounts.services.signing_in import deactivate, reactivate, remove_factors, sign_out
from portal.permissions import enforce
from portal.views import FilteredListView


class PeopleView(LoginRequiredMixin, FilteredListView[User]):
    """Find people by name, address and role."""

    model = User
    filterset_class = PeopleFilterSet
    template_name = "accounts/people.html"
    paginate_by = 50

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """List people for administrators alone."""
        enforce(can_administer(request.user))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the roles of the people on this page, in one statement."""
        context = super().get_context_data(**kwargs)
        people = list(context["page_obj"])
        held: dict[int, list[str]] = {}
        for grant in RoleGrant.objects.filter(person__in=people, ended_at=None):
            held.setdefault(grant.person_id, []).append(str(grant.get_role_display()))
        return context | {"people": [(one, ", ".join(sorted(held.get(one.pk, [])))) for one in people]}


@login_required
@require_safe
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one person's roles with their history."""
    return _page(request, _person(request, key), GrantRoleForm())


@login_required
def grant(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a role."""
    someone = _person(request, key)
    if request.method != "POST":
        return redirect("accounts:person", key=key)
    form = GrantRoleForm(request.POST)
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        try:
            grant_role(person=someone, role=role, by=_user(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error("role", error)
        else:
            messages.success(request, _("%(name)s now has the role %(role)s.") % {"name": someone, "role": role.label})
            return redirect("accounts:person", key=key)
    return _page(request, someone, form, status=400)


@login_required
def end(request: HttpRequest, key: UUID, grant: UUID) -> HttpResponse:
    """Ask for the reason, then end a role."""
    someone = _person(request, key)
    held = get_object_or_404(RoleGrant.objects.select_related("person"), uuid=grant, person=someone)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            end_role(grant=held, by=_user(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The role has ended."))
            # Whoever ends her own last role is no administrator any more, and may not see this page again.
            return redirect("home") if held.person_id == _user(request).pk else redirect("accounts:person", key=key)
    context = {"person": someone, "grant": held, "form": form}
    return render(request, "accounts/end_role.html", context, status=400 if form.errors else 200)


@login_required
def access(request: HttpRequest, key: UUID) -> HttpResponse:
    """Sign somebody out everywhere, close an account, or open it again."""
    someone = _person(request, key)
    enforce(can_change_access(request.user, someone))
    form = AccessForm(request.POST if request.method == "POST" else None, person=someone)
    if request.method == "POST" and form.is_valid():
        given = {"person": someone, "by": _user(request), "reason": form.cleaned_data["reason"]}
        try:
            done = _change_access(form.cleaned_data["action"], given)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("accounts:person", key=key)
    return render(
        request, "accounts/access.html", {"person": someone, "form": form}, status=400 if form.errors else 200
    )


def _change_access(action: str, given: dict[str, Any]) -> str:
    if action == AccessForm.CLOSE:
        deactivate(**given)
        return _("The account is closed.")
    if action == AccessForm.OPEN:
        reactivate(**given)
        return _("The account is open again.")
    if action == AccessForm.FACTORS:
        remove_factors(**given)
        return _("The second factors have been removed, and the person has been told by mail.")
    ended = sign_out(**given)
    return ngettext("%(number)s session has been ended.", "%(number)s sessions have been ended.", ended) % {
        "number": ended
    }


def _person(request: HttpRequest, key: UUID) -> User:
    enforce(can_administer(request.user))
    return get_object_or_404(User, uuid=key)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the views ask for somebody who is signed in
    return request.user


def _page(request: HttpRequest, someone: User, form: GrantRoleForm, status: int = 200) -> HttpResponse:
    grants = list(someone.role_grants.select_related("granted_by", "ended_by"))
    context = {
        "person": someone,
        "current": [grant for grant in grants if grant.ended_at is None],
        "ended": [grant for grant in grants if grant.ended_at is not None],
        "form": form,
        "can_change_access": bool(can_change_access(_user(request), someone)),
        "can_view_as": bool(can_view_as(_user(request), someone)),
    }
    return render(request, "accounts/person.html", context, status=status)
