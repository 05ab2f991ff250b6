"""Joining an organisation, and the claims that the centre decides."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.directory.acting import act_for
from portal.directory.actor_pages.common import carried_out, organisation_or_404, page, person_of, told
from portal.directory.actors import joining
from portal.directory.forms import DecideForm, JoinForm
from portal.directory.models import Membership, Organisation, OrganisationClaim
from portal.directory.permissions import can_decide_claim, can_join
from portal.permissions import Denied, enforce

CLAIMS_ON_A_PAGE = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Join an organisation: at once by an address of its domain, by a request, or by a claim with evidence."""
    organisation = organisation_or_404(slug)
    person = person_of(request)
    allowed = can_join(person, organisation)
    if isinstance(allowed, Denied) and request.method != "POST":
        # Whoever follows the link twice has done nothing wrong: her organisations say how it stands.
        messages.info(request, str(allowed.reason))
        return redirect("directory:my_organisations")
    enforce(allowed)
    way = _way(request, organisation)
    form = JoinForm(request.POST if request.method == "POST" else None, way=way)
    if request.method == "POST" and form.is_valid():
        joined: list[Membership | OrganisationClaim] = []
        if carried_out(
            form, lambda: joined.append(joining.join(organisation=organisation, person=person, **form.cleaned_data))
        ):
            return _after(request, joined[0])
    return page(request, "join", form, organisation=organisation, way=way)


def _way(request: HttpRequest, organisation: Organisation) -> str:
    if organisation.claimed:
        return "request"
    return "domain" if joining.reads_official_mail(person_of(request), organisation) else "claim"


def _after(request: HttpRequest, joined: Membership | OrganisationClaim) -> HttpResponse:
    names = {"organisation": joined.organisation}
    if isinstance(joined, OrganisationClaim):
        messages.success(request, _("Thank you. We look into your claim and write to you when it is decided."))
    elif joined.is_active:
        act_for(request, joined.organisation)
        messages.success(request, _("You now represent %(organisation)s.") % names)
        return redirect("directory:organisation_members", slug=joined.organisation.slug)
    else:
        messages.success(request, _("Those who represent %(organisation)s have been asked by mail.") % names)
    return redirect("directory:my_organisations")


@login_required
@require_POST
def withdraw_claim(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take one's own claim back."""
    person = person_of(request)
    claim = get_object_or_404(OrganisationClaim.objects.all().visible_to(person), pk=key)
    told(request, lambda: joining.withdraw_claim(claim=claim, by=person), _("Your claim was withdrawn."))
    return redirect("directory:my_organisations")


@login_required
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """List the claims that wait, the oldest first, and those decided last."""
    enforce(can_decide_claim(request.user))
    rows = OrganisationClaim.objects.all().visible_to(request.user).select_related("person", "organisation__land")
    waiting = Paginator(rows.open().order_by("created_at", "pk"), CLAIMS_ON_A_PAGE)
    decided = rows.exclude(decided_at=None).select_related("decided_by").order_by("-decided_at")[:10]
    return page(
        request,
        "claims",
        page_obj=waiting.get_page(request.GET.get("page")),
        count=waiting.count,
        decided=decided,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide_claim(request: HttpRequest, key: UUID) -> HttpResponse:
    """Look at one claim and decide."""
    enforce(can_decide_claim(request.user))
    person = person_of(request)
    rows = OrganisationClaim.objects.all().visible_to(person).select_related("person", "organisation", "decided_by")
    claim = get_object_or_404(rows, pk=key)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        accept = form.cleaned_data["decision"] == "accept"
        reason = form.cleaned_data["reason"]
        if carried_out(form, lambda: joining.decide_claim(claim=claim, accept=accept, reason=reason, by=person)):
            messages.success(request, _("The claim was decided; the person gets a mail."))
            return redirect("directory:claims")
    represented = Membership.objects.representatives().filter(organisation=claim.organisation).select_related("person")
    return page(
        request,
        "claim",
        form,
        claim=claim,
        allowed=can_decide_claim(person, claim),
        representatives=represented,
        trail=[(_("Claims"), reverse("directory:claims"))],
    )
