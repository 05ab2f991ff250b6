"""The radar: what municipalities plan, and what the portal proposes to two of them."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.directory.acting import acting_organisation
from portal.directory.models import Membership
from portal.permissions import enforce
from portal.views import FilteredListView
from portal.visibility import Viewer, visible_rows
from projects.filtersets import PlanFilterSet
from projects.forms import PlanForm
from projects.models import Cooperation, Joining, JoiningState, Match, Plan, PlanState, reach_of
from projects.permissions import can_keep_plan, can_write_for
from projects.services import overview, planning
from projects.services.matching import in_words
from projects.views.common import agreement_templates, me, sent_number, show_form, trail


def _trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return trail((_("Radar"), reverse("projects:radar")), *further)


class RadarView(FilteredListView[Plan]):
    """What is planned where: as a list, on a map and as a table; and what is proposed to the reader."""

    model = Plan
    filterset_class = PlanFilterSet
    template_name = "projects/radar.html"

    def get_queryset(self) -> QuerySet[Plan]:
        """Those that hold, each with its place."""
        found = (
            super()
            .get_queryset()
            .select_related("organisation__municipality__district", "organisation__municipality__land")
        )
        return found if self.filterset.values.get("sort") else found.order_by("begins_on", "title", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the map of what the filters find, what is one's own, and what is proposed."""
        context = super().get_context_data(trail=trail(), **kwargs)
        if not self.filterset.problems:
            query = self.request.GET.copy()
            for name in ("place", "page"):
                query.pop(name, None)
            context["map"] = overview.map_of_plans(
                self.filterset.qs, query=query.urlencode(), germany_url=reverse("directory:germany_map")
            )
        context["templates"] = agreement_templates()
        context["hidden"] = [("place", self.request.GET["place"])] if self.request.GET.get("place") else []
        if not self.request.user.is_authenticated:
            return context
        organisation = acting_organisation(self.request)
        reach = reach_of(self.request.user)
        own = Plan.objects.filter(organisation__in=reach.organisations)
        matches = Match.objects.visible_to(self.request.user)
        return context | {
            "organisation": organisation,
            "may_plan": organisation is not None
            and organisation.is_of_the_register
            and bool(can_write_for(self.request.user, organisation)),
            "own": list(own.order_by("state", "begins_on", "pk")),
            "proposals": _proposals(matches.open().with_plans(), reach.organisations),
            "cooperations": list(Cooperation.objects.visible_to(self.request.user)),
            "joinings": _to_be_answered(self.request.user),
        }


def _to_be_answered(user: Viewer) -> list[Joining]:
    return list(
        Joining.objects.visible_to(user).filter(state=JoiningState.OPEN).select_related("organisation", "cooperation")
    )


def _proposals(matches: "QuerySet[Match]", organisations: list[Any]) -> list[dict[str, Any]]:
    """Say of each proposal what its reader may know of it before both have agreed: her own plan, and why."""
    return [_proposal(match, match.side_of(organisations)) for match in matches]


def _proposal(match: Match, side: str) -> dict[str, Any]:
    other = "second" if side == "first" else "first"
    return {
        "match": match,
        "own": getattr(match, side),
        "answer": getattr(match, f"{side}_answer"),
        "reasons": in_words(match.reasons),
        # The other side, its answer included, is no business of the reader before both have agreed.
        "other": getattr(match, other) if match.is_agreed else None,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_plan(request: HttpRequest) -> HttpResponse:
    """Announce what the own organisation plans.

    Raises:
        Http404: she acts for nobody, or for none of the register.
    """
    organisation = acting_organisation(request)
    if organisation is None or not organisation.is_of_the_register:
        raise Http404(_("Please choose first for which municipality, association or district you act."))
    enforce(can_write_for(request.user, organisation))
    return _keep(request, Plan(organisation=organisation))


def _keep(request: HttpRequest, plan: Plan) -> HttpResponse:
    is_new = plan._state.adding
    form = PlanForm(request.POST if request.method == "POST" else None, instance=plan)
    if request.method == "POST" and form.is_valid():
        stored: Plan = form.save(commit=False)
        made = planning.announce(plan=stored, by=me(request))
        if made:
            messages.success(request, _("Saved. We have found plans that are like yours; look at the proposals below."))
        else:
            messages.success(request, _("Saved. We tell you as soon as somebody plans something similar."))
        return HttpResponseRedirect(stored.get_absolute_url())
    above = _trail() if is_new else _trail((str(Plan.objects.get(pk=plan.pk)), plan.get_absolute_url()))
    return show_form(request, "projects/plan_form.html", form, plan=plan, is_new=is_new, trail=above)


def _visible(request: HttpRequest, key: UUID) -> Plan:
    rows = visible_rows(Plan, request.user).select_related(
        "organisation__municipality__district", "organisation__municipality__land"
    )
    found: Plan = get_object_or_404(rows, pk=key)
    return found


@require_safe
def plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one plan; to those who keep it also what is proposed."""
    found = _visible(request, key)
    keeps = request.user.is_authenticated and bool(can_keep_plan(request.user, found))
    is_own = request.user.is_authenticated and found.organisation_id in reach_of(request.user).organisations
    context: dict[str, Any] = {"plan": found, "keeps": keeps, "is_own": is_own, "trail": _trail()}
    if is_own:
        matches = Match.objects.visible_to(request.user).filter(first=found) | Match.objects.visible_to(
            request.user
        ).filter(second=found)
        context["proposals"] = [
            _proposal(match, "first" if match.first_id == found.pk else "second")
            for match in matches.with_plans().distinct()
            if not match.is_declined
        ]
    return render(request, "projects/plan.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a plan."""
    found = _visible(request, key)
    enforce(can_keep_plan(request.user, found))
    return _keep(request, found)


VERBS = {"zurueckziehen": PlanState.WITHDRAWN, "umgesetzt": PlanState.REALISED, "ankuendigen": PlanState.ANNOUNCED}


@login_required
@require_POST
def close_plan(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """Withdraw a plan, say that it is realised, or announce it anew.

    Raises:
        Http404: there is no such step.
    """
    found = _visible(request, key)
    if verb not in VERBS:
        raise Http404(_("There is no such step."))
    stored = planning.close(plan=found, state=VERBS[verb], by=me(request))
    messages.success(request, _("State: %(state)s.") % {"state": stored.get_state_display()})
    return HttpResponseRedirect(found.get_absolute_url())


def _match(request: HttpRequest, key: UUID) -> tuple[Match, str]:
    rows: Any = visible_rows(Match, request.user)
    found: Match = get_object_or_404(rows.with_plans(), pk=key)
    own = Membership.objects.of(request.user).active().values_list("organisation", flat=True)
    return found, found.side_of(own)


@login_required
@require_safe
def match(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a proposal: one's own plan and the reasons; the other side once both have agreed."""
    found, side = _match(request, key)
    shown = _proposal(found, side)
    context = {
        **shown,
        "declined": found.is_declined,
        "holds": found.first.state == found.second.state == PlanState.ANNOUNCED,
        "can_answer": bool(can_keep_plan(request.user, shown["own"])),
        "cooperation": Cooperation.objects.visible_to(request.user).filter(match=found).first(),
        "templates": agreement_templates(),
        "trail": _trail(),
    }
    return render(request, "projects/match.html", context)


@login_required
@require_POST
def answer_match(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer a proposal for one's own side.

    Raises:
        Http404: it is neither yes nor no.
    """
    found, side = _match(request, key)
    said = request.POST.get("antwort", "")
    if said not in {"ja", "nein"}:
        raise Http404(_("Please answer yes or no."))
    try:
        answered = planning.answer(
            match=found,
            side=side,
            agrees=said == "ja",
            by=me(request),
            seen=sent_number(request, "version"),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if answered.is_agreed:
            messages.success(request, _("Both have agreed. You see each other now."))
        elif said == "ja":
            messages.success(
                request, _("Thank you. The other side is asked as well; it does not learn yet who you are.")
            )
        else:
            messages.success(request, _("Declined. The other side does not learn who you are."))
    return HttpResponseRedirect(found.get_absolute_url(), status=HTTPStatus.SEE_OTHER)
