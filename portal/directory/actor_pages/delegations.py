"""Delegations of an organisation."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.directory.actor_pages.common import carried_out, organisation_or_404, page, person_of, told
from portal.directory.actors import delegations
from portal.directory.forms import DelegationForm
from portal.directory.models import DELEGATION, Delegation, Organisation
from portal.directory.permissions import can_manage_members, can_see_organisation_inside
from portal.permissions import enforce

if TYPE_CHECKING:
    from django.db.models import QuerySet


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who acts for whom, to the members of both sides; offer or ask for a delegation."""
    organisation = organisation_or_404(slug)
    person = person_of(request)
    enforce(can_see_organisation_inside(person, organisation))
    manages = bool(can_manage_members(person, organisation))
    others = _others(organisation)
    form = DelegationForm(request.POST if request.method == "POST" else None, others=others)
    if request.method == "POST":
        enforce(can_manage_members(person, organisation))
        if form.is_valid() and carried_out(
            form, lambda: delegations.offer(own=organisation, by=person, **form.cleaned_data)
        ):
            messages.success(request, _("The other side was told by mail and decides."))
            return redirect("directory:organisation_delegations", slug=slug)
    rows = (
        (organisation.delegations_given.all() | organisation.delegations_held.all())
        .select_related("principal", "delegate", "offered_by", "answered_by", "revoked_by")
        .order_by("-created_at")
    )
    live = [(one, [step.verb for step in DELEGATION.available(one, person)]) for one in rows.filter(state__in=_LIVE)]
    return page(
        request,
        "delegations",
        form,
        organisation=organisation,
        live=live,
        past=list(rows.exclude(state__in=_LIVE)[:20]),
        manages=manages,
        possible=manages and others.exists(),
    )


_LIVE = ("offered", "agreed")


def _others(organisation: Organisation) -> "QuerySet[Organisation]":
    if organisation.municipality_id is not None:
        return delegations.possible_delegates(organisation).order_by("name")
    return delegations.possible_principals(organisation).order_by("name")


@login_required
@require_POST
def act(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """Agree, decline or revoke."""
    person = person_of(request)
    rows = Delegation.objects.all().visible_to(person).select_related("principal", "delegate")
    delegation = get_object_or_404(rows, pk=key)
    if verb == "widerrufen":
        told(request, lambda: delegations.revoke(delegation=delegation, by=person), _("The delegation has ended."))
    else:
        agree = verb == "zustimmen"
        success = _("You have agreed to the delegation.") if agree else _("You have declined the delegation.")
        told(request, lambda: delegations.answer(delegation=delegation, agree=agree, by=person), success)
    own = delegation.principal if can_see_organisation_inside(person, delegation.principal) else delegation.delegate
    return redirect("directory:organisation_delegations", slug=own.slug)
