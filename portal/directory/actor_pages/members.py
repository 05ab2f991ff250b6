"""Members of an organisation: list, invite, answer, change, hand over, leave."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.directory.acting import act_for
from portal.directory.actor_pages.common import carried_out, organisation_or_404, page, person_of, told
from portal.directory.actors import mails, members
from portal.directory.forms import HandOverForm, InviteForm, MembershipForm, RoleForm
from portal.directory.models import Invitation, Membership, Organisation, Role
from portal.directory.permissions import (
    can_answer_invitation,
    can_answer_request,
    can_change_membership,
    can_end_membership,
    can_manage_members,
    can_see_organisation_inside,
)
from portal.permissions import enforce
from portal.throttling import within_limit

INVITATIONS_PER_HOUR = 30
"""So many one person may send: enough for an administration, too few for sending letters to strangers."""


@login_required
@require_safe
def member_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the members; those who represent the organisation invite, confirm and change here."""
    return _members(request, organisation_or_404(slug), InviteForm())


@login_required
@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite a colleague by e-mail. The answer is the same whether or not there is an account."""
    organisation = organisation_or_404(slug)
    person = person_of(request)
    enforce(can_manage_members(person, organisation))
    form = InviteForm(request.POST)
    if form.is_valid():
        if not within_limit("invitation", str(person.pk), per_hour=INVITATIONS_PER_HOUR):
            form.add_error(None, _("You have sent many invitations within an hour. Please go on in an hour."))
        elif carried_out(form, lambda: members.invite(organisation=organisation, by=person, **form.cleaned_data)):
            messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
            return redirect("directory:organisation_members", slug=slug)
    return _members(request, organisation, form)


def _members(request: HttpRequest, organisation: Organisation, form: InviteForm) -> HttpResponse:
    person = person_of(request)
    enforce(can_see_organisation_inside(person, organisation))
    rows = Membership.objects.filter(organisation=organisation).select_related("person", "confirmed_by")
    active = list(rows.active().order_by("person__display_name", "pk"))
    manages = bool(can_manage_members(person, organisation))
    requests = list(rows.filter(state="requested").order_by("created_at")) if manages else []
    past = list(rows.filter(state="ended").order_by("-ended_on", "pk")[:20]) if manages else []
    invitations = list(organisation.invitations.filter(state="open").order_by("created_at")) if manages else []
    return page(
        request,
        "members",
        form,
        organisation=organisation,
        active=active,
        requests=requests,
        invitations=invitations,
        past=past,
        manages=manages,
        own=next((one for one in active if one.person_id == person.pk), None),
        roles=Role.choices,
        now_reader=Role.READER,
    )


# --- invitations ----------------------------------------------------------------------------------------------------


@login_required
@require_POST
def withdraw_invitation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Make an invitation useless."""
    person = person_of(request)
    rows = Invitation.objects.all().visible_to(person).select_related("organisation")
    invitation = get_object_or_404(rows, pk=key)
    told(
        request,
        lambda: members.withdraw_invitation(invitation=invitation, by=person),
        _("The invitation was withdrawn."),
    )
    return redirect("directory:organisation_members", slug=invitation.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever has its link; only the invited person, signed in, answers it, and only by POST.

    Raises:
        Http404: the link was changed, or the invitation is gone.
    """
    found = mails.invitation_of(token)
    if found is None:
        raise Http404(_("This invitation does not exist any more. Please ask for a new one."))
    if request.method == "POST":
        return _answer(request, found)
    allowed = can_answer_invitation(request.user, found)
    is_open = Invitation.objects.all().open().filter(pk=found.pk).exists()
    response = page(
        request, "invitation", invitation=found, is_open=is_open, allowed=allowed, organisation=found.organisation
    )
    response["Referrer-Policy"] = "same-origin"  # the address stays here; without any, browsers could send no form
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def _answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    person = person_of(request)
    names = {"organisation": invitation.organisation}
    if request.POST.get("answer") == "decline":
        told(
            request,
            lambda: members.decline_invitation(invitation=invitation, by=person),
            _("You have declined the invitation."),
        )
        return redirect("directory:my_organisations")
    if told(
        request,
        lambda: members.accept_invitation(invitation=invitation, by=person),
        _("You now work for %(organisation)s.") % names,
    ):
        act_for(request, invitation.organisation)
    return redirect("directory:my_organisations")


# --- requests -------------------------------------------------------------------------------------------------------


def _membership_or_404(request: HttpRequest, key: UUID) -> Membership:
    rows = Membership.objects.all().visible_to(request.user).select_related("organisation", "person")
    return get_object_or_404(rows, pk=key)


@login_required
@require_POST
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Confirm a request, with a role."""
    membership = _membership_or_404(request, key)
    enforce(can_answer_request(request.user, membership))
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose a role."))
    else:
        told(
            request,
            lambda: members.confirm_request(
                membership=membership, role=form.cleaned_data["role"], by=person_of(request)
            ),
            _("%(person)s is a member now.") % {"person": membership.person},
        )
    return redirect("directory:organisation_members", slug=membership.organisation.slug)


@login_required
@require_POST
def reject(request: HttpRequest, key: UUID) -> HttpResponse:
    """Reject a request."""
    membership = _membership_or_404(request, key)
    told(
        request,
        lambda: members.reject_request(membership=membership, by=person_of(request)),
        _("The request was rejected; the person gets a mail."),
    )
    return redirect("directory:organisation_members", slug=membership.organisation.slug)


@login_required
@require_POST
def withdraw_request(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take one's own request back."""
    membership = _membership_or_404(request, key)
    told(
        request,
        lambda: members.withdraw_request(membership=membership, by=person_of(request)),
        _("Your request was withdrawn."),
    )
    return redirect("directory:my_organisations")


# --- members --------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change function and role of a member."""
    membership = _membership_or_404(request, key)
    enforce(can_change_membership(request.user, membership))
    form = MembershipForm(request.POST if request.method == "POST" else None, instance=_copy(membership))
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: members.change_membership(membership=membership, by=person_of(request), **form.cleaned_data),
        )
    ):
        messages.success(request, _("The membership was changed."))
        return redirect("directory:organisation_members", slug=membership.organisation.slug)
    heading = _("Role of %(person)s") % {"person": membership.person}
    return page(request, "form", form, organisation=membership.organisation, heading=heading)


def _copy(membership: Membership) -> Membership:
    """A form writes into its object: the page goes on showing what is stored."""
    return Membership(
        pk=membership.pk,
        person=membership.person,
        organisation=membership.organisation,
        state=membership.state,
        role=membership.role,
        function=membership.function,
        started_on=membership.started_on,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand one's own representation over to another member."""
    membership = _membership_or_404(request, key)
    enforce(can_change_membership(request.user, membership))
    if membership.person_id != request.user.pk:
        raise Http404
    others = (
        Membership.objects.active()
        .filter(organisation=membership.organisation)
        .exclude(pk=membership.pk)
        .select_related("person")
        .order_by("person__display_name", "pk")
    )
    form = HandOverForm(request.POST if request.method == "POST" else None, members=others)
    if request.method == "POST" and form.is_valid():
        leave = form.cleaned_data["afterwards"] == "leave"
        to = form.cleaned_data["to"]
        if carried_out(
            form, lambda: members.hand_over(membership=membership, to=to, leave=leave, by=person_of(request))
        ):
            names = {"person": to.person, "organisation": membership.organisation}
            messages.success(request, _("%(person)s now represents %(organisation)s.") % names)
            return redirect("directory:my_organisations")
    return page(
        request,
        "hand_over",
        form,
        membership=membership,
        organisation=membership.organisation,
        others=others,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more, then leave or end the membership of another."""
    membership = _membership_or_404(request, key)
    enforce(can_end_membership(request.user, membership))
    own = membership.person_id == request.user.pk
    how = members.alone(membership)
    giving_back = own and how is members.Alone.ALTOGETHER
    if request.method == "POST":
        names = {"organisation": membership.organisation, "person": membership.person}
        success = _("You have left %(organisation)s.") if own else _("The membership of %(person)s has ended.")
        done = told(
            request,
            lambda: (members.give_back if giving_back else members.end_membership)(
                membership=membership, by=person_of(request)
            ),
            success % names,
        )
        if own and done:
            return redirect("directory:my_organisations")
        return redirect("directory:organisation_members", slug=membership.organisation.slug)
    return page(
        request,
        "end_membership",
        membership=membership,
        organisation=membership.organisation,
        own=own,
        last=how is members.Alone.AMONG_MEMBERS,
        giving_back=giving_back,
    )
