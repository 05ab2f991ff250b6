"""One's own organisations and profile, and the page of a person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.models import User
from portal.directory import choice
from portal.directory.acting import act_for, acting_organisation
from portal.directory.actor_pages.common import carried_out, page, person_of
from portal.directory.actors import profiles
from portal.directory.forms import PersonProfileForm
from portal.directory.models import Membership, Organisation, OrganisationClaim, PersonProfile
from portal.directory.vocabularies import FieldOfAction

MAX_NEXT = 500


@login_required
@require_safe
def my_organisations(request: HttpRequest) -> HttpResponse:
    """Show where one belongs, what one waits for, and for whom one acts."""
    person = person_of(request)
    rows = Membership.objects.of(person).select_related("organisation__land", "organisation__municipality")
    claims = OrganisationClaim.objects.filter(person=person).select_related("organisation").order_by("-created_at")
    return page(
        request,
        "my_organisations",
        active=list(rows.active().order_by("organisation__name", "pk")),
        requests=list(rows.filter(state="requested").order_by("created_at")),
        past=list(rows.filter(state__in=["ended", "rejected", "expired"]).order_by("-created_at")[:10]),
        claims=[one for one in claims if one.state == "open"],
        decided=[one for one in claims if one.state in {"accepted", "rejected"}][:10],
        acting=acting_organisation(request),
    )


@login_required
@require_POST
def choose_acting(request: HttpRequest) -> HttpResponse:
    """Choose for which of one's organisations one acts; that of a municipality becomes "my municipality", too.

    Raises:
        Http404: it is none of one's own.
    """
    person = person_of(request)
    slug = request.POST.get("organisation", "")
    wanted = request.POST.get("next", "")[:MAX_NEXT]
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = redirect(wanted if own else reverse("directory:my_organisations"))
    if not slug:
        act_for(request, None)
        return response
    held = Membership.objects.of(person).active().select_related("organisation")
    membership = held.filter(organisation__slug=slug.replace("\x00", "")).first()
    if membership is None:
        raise Http404(_("You are no member of such an organisation."))
    organisation: Organisation = membership.organisation
    act_for(request, organisation)
    if organisation.municipality_id and (place := choice.choosable(organisation.municipality_id)):
        choice.remember(response, place)
    messages.success(request, _("You now act for %(organisation)s.") % {"organisation": organisation})
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest) -> HttpResponse:
    """Write one's own profile, each detail with its audience."""
    person = person_of(request)
    form = PersonProfileForm(request.POST if request.method == "POST" else None, instance=profiles.profile_of(person))
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(form, lambda: profiles.edit_profile(person=person, **form.cleaned_data)):
        messages.success(request, _("Your profile was saved."))
        return redirect("directory:person_detail", key=person.uuid)
    paragraphs = [
        _("Everything here is voluntary. For each detail you decide who sees it; search engines are kept away."),
        _("Your e-mail address is never shown here."),
    ]
    return page(request, "form", form, heading=_("Your profile"), paragraphs=paragraphs)


@require_safe
def person_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a person, as far as she lets this reader; search engines are kept away.

    Raises:
        Http404: there is no such person, or her page is not for this reader.
    """
    person = get_object_or_404(User, uuid=key, is_active=True)
    profile = profiles.profile_of(person)
    visible = profiles.visible_details(profile, profiles.audiences_of(request.user, person))
    if "page" not in visible:
        raise Http404
    response = page(
        request,
        "person",
        person=person,
        own=person.pk == request.user.pk,
        memberships=_memberships(person) if "memberships" in visible else [],
        **_details(profile, visible),
    )
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _details(profile: PersonProfile, visible: frozenset[str]) -> dict[str, Any]:
    """Return what of a profile is shown; the template gets nothing else."""
    return {
        "function_title": profile.function_title if "function_title" in visible else "",
        "about": profile.about if "about" in visible else "",
        "expertise": [FieldOfAction(one).label for one in profile.expertise] if "expertise" in visible else [],
        "links": profile.links if "links" in visible else [],
    }


def _memberships(person: User) -> list[Membership]:
    held = Membership.objects.of(person).active().select_related("organisation")
    return list(held.order_by("organisation__name", "pk"))
