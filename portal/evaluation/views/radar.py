"""The technology radar: the picture with its list, a technology, proposals."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.areas import Resource, areas
from portal.evaluation.filtersets import TechnologyFilterSet
from portal.evaluation.forms import AnswerForm, ProposalForm, TechnologyForm
from portal.evaluation.models import Proposal, Technology
from portal.evaluation.permissions import can_keep_radar
from portal.evaluation.picture import SIZE, blips, circles
from portal.evaluation.services import radar
from portal.permissions import enforce
from portal.views import FilteredListView, VisibleDetailView
from portal.visibility import Viewer, visible_rows

if TYPE_CHECKING:
    from portal.accounts.models import User

MOST_OFFERED = 3
"""Things of a kind that stand beside a technology."""


class RadarView(FilteredListView[Technology]):
    """The technologies, as a picture and as a list."""

    model = Technology
    filterset_class = TechnologyFilterSet
    template_name = "evaluation/radar.html"
    paginate_by = 60  # the picture shows what the list shows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the picture."""
        context = super().get_context_data(**kwargs)
        return context | {
            "blips": blips(context["page_obj"].object_list),
            "circles": circles(),
            "size": SIZE,
            "centre": SIZE // 2,
            "keeps": bool(can_keep_radar(self.request.user)),
        }


class TechnologyView(VisibleDetailView[Technology]):
    """One technology, with the history of its recommendation."""

    model = Technology
    template_name = "evaluation/technology.html"
    context_object_name = "technology"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add history, what areas offer about its fields and, for those who look after it, the way to the form."""
        keeps = bool(can_keep_radar(self.request.user))
        return super().get_context_data(
            changes=self.object.changes.all(),
            offers=offers_about(self.object, self.request.user),
            keeps=keeps,
            **kwargs,
        )


def offers_about(technology: Technology, user: Viewer) -> list[tuple[Resource, list[tuple[Any, str]]]]:
    """Ask the registry what the areas offer about a technology's fields of action, each with its reason."""
    found = []
    for resource in areas.each("resources"):
        if resource.offers and resource.reason is not None:
            rows: Any = visible_rows(resource.model, user)
            hits = [
                (hit, resource.reason(hit, None, technology.fields))
                for hit in rows.about(None, technology.fields)[:MOST_OFFERED]
            ]
            if hits:
                found.append((resource, hits))
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Write a technology, or a new one."""
    enforce(can_keep_radar(request.user))
    technology = get_object_or_404(Technology, slug=slug) if slug else Technology()
    form = TechnologyForm(request.POST if request.method == "POST" else None, instance=technology)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        try:
            untouched = Technology.objects.get(pk=technology.pk) if technology.pk else Technology()
            saved = radar.save_technology(
                technology=untouched, values=values, reason=reason, by=cast("User", request.user)
            )
        except ValidationError as error:
            form.add_error(None if "reason" not in error.message_dict else "reason", error.messages)
        else:
            messages.success(request, _("“%(name)s” was saved.") % {"name": saved})
            return redirect(saved)
    heading = _("Edit: %(name)s") % {"name": technology} if slug else _("New technology")
    context = {"heading": heading, "form": form}
    return render(request, "evaluation/form.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a technology; show one's earlier proposals."""
    person = cast("User", request.user)
    form = ProposalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        radar.propose(person=person, **form.cleaned_data)
        messages.success(request, _("Thank you. We look at it and tell you what becomes of it."))
        return redirect("evaluation:propose")
    own = Proposal.objects.filter(person=person).order_by("-created_at")
    context = {"heading": _("Propose a technology"), "form": form, "own": own}
    return render(request, "evaluation/propose.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """List the proposals that wait for an answer."""
    enforce(can_keep_radar(request.user))
    rows = Proposal.objects.visible_to(request.user).open().select_related("person")
    return render(request, "evaluation/proposals.html", {"heading": _("Proposed technologies"), "rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Answer a proposal."""
    enforce(can_keep_radar(request.user))
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user), pk=key)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            radar.answer(
                proposal=proposal,
                accepted=form.cleaned_data["accepted"] == "yes",
                text=form.cleaned_data["text"],
                by=cast("User", request.user),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The proposal is answered."))
            return redirect("evaluation:proposals")
    context = {"heading": _("Answer a proposal"), "form": form, "proposal": proposal}
    return render(request, "evaluation/answer.html", context, status=400 if form.errors else 200)
