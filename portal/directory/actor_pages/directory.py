"""The directory of actors and the page of each."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Avg, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.areas import areas
from portal.directory import facts, maps
from portal.directory.actor_pages.common import carried_out, organisation_or_404, page, person_of
from portal.directory.actors import organisations
from portal.directory.actors.profiles import members_shown
from portal.directory.filtersets import OrganisationFilterSet
from portal.directory.forms import CreateForm, OfficialDataForm, ProfileForm
from portal.directory.models import Audience, Land, Municipality, Organisation
from portal.directory.permissions import (
    can_create_organisation,
    can_edit_organisation,
    can_join,
    can_see_organisation_inside,
    can_set_official_data,
)
from portal.directory.vocabularies import FieldOfAction
from portal.permissions import enforce
from portal.views import FilteredListView, VisibleDetailView

VIEWS = ("list", "table", "map")
"""How the directory can be looked at, as the parameter ``view``."""


class OrganisationListView(FilteredListView[Organisation]):
    """All organisations as list, table or map; filters and numbers are the same in each."""

    model = Organisation
    filterset_class = OrganisationFilterSet
    template_name = "directory/actors/list.html"
    reserved = frozenset({"page", "view"})

    @property
    def shown_as(self) -> str:
        """How it is looked at.

        Raises:
            Http404: in a way that there is not.
        """
        asked = self.request.GET.getlist("view") or ["list"]
        if len(asked) > 1 or asked[0] not in VIEWS:
            raise Http404(_("The directory can be shown as list, table or map."))
        return asked[0]

    def get_paginate_by(self, queryset: Any) -> int:  # noqa: ARG002 - Django's signature
        """A table has room for more."""
        return 50 if self.shown_as == "table" else 20

    def get_queryset(self) -> QuerySet[Organisation]:
        """Join what a hit shows."""
        return super().get_queryset().select_related("land", "municipality__district", "association__district")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the ways to look at it, and the map where it is asked for."""
        context = super().get_context_data(shown_as=self.shown_as, **kwargs)
        if self.shown_as == "map" and not context["problems"]:
            context["map"] = self._map(context["count"])
            context["place"] = Land.objects.annotate(map_sources=maps.sources()).first()
        query = self.request.GET.copy()
        query.pop("page", None)
        ways = []
        for way, label in (("list", _("List")), ("table", _("Table")), ("map", _("Map"))):
            query["view"] = way
            ways.append({"label": label, "url": f"?{query.urlencode()}", "current": way == self.shown_as})
        context["ways"] = ways
        return context

    def _map(self, count: int) -> maps.Map | None:
        """Draw where the organisations found lie; None where none of them has a place.

        Municipalities have coordinates; districts and associations stand in the middle of their municipalities.
        """
        found = self.filterset.qs.order_by()
        degrees: list[tuple[float | None, float | None]] = list(
            found.exclude(municipality=None).values_list("municipality__longitude", "municipality__latitude")
        )
        current = Municipality.objects.current()
        for level in ("district", "association"):
            keys = found.exclude(**{level: None}).values(level)
            middles = current.filter(**{f"{level}__in": keys}).order_by().values(level)
            degrees += middles.annotate(east=Avg("longitude"), north=Avg("latitude")).values_list("east", "north")
        points = [maps.project(east, north) for east, north in degrees if east is not None and north is not None]
        if not points:
            return None
        title = _("Map of the actors found")
        description = _(
            "%(points)s of %(count)s have a place on the map. Districts and associations stand in the middle of their"
            " municipalities."
        ) % {"points": facts.figure(len(points)), "count": facts.figure(count)}
        query = self.request.GET.copy()
        query.pop("page", None)
        query["view"] = "table"
        drawing = maps.draw_place(
            title=title,
            description=description,
            germany_url=reverse("directory:germany_map"),
            points=points,
            outline=[],
        )
        lists = [(_("The actors of this map as a table"), f"?{query.urlencode()}")]
        return maps.Map(title=title, description=description, svg=drawing, lists=lists)


class OrganisationView(VisibleDetailView[Organisation]):
    """The page of an organisation: what it is, what it says about itself, who works there, and the way in."""

    model = Organisation
    template_name = "directory/actors/organisation.html"
    context_object_name = "organisation"

    def get_queryset(self) -> QuerySet[Organisation]:
        """Join what the page shows."""
        return super().get_queryset().select_related("land", "municipality", "district", "association")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather what this reader may see and do."""
        organisation, user = self.object, self.request.user
        known = user.is_authenticated
        inside = known and bool(can_see_organisation_inside(user, organisation))
        reach = {Audience.PUBLIC}
        if known:
            reach.add(Audience.REGISTERED)
        if inside:
            reach.add(Audience.ORGANISATION)
        return super().get_context_data(
            description=organisation.description if organisation.description_audience in reach else "",
            website=organisation.website if organisation.website_audience in reach else "",
            fields=[FieldOfAction(field).label for field in organisation.fields_of_action],
            members=members_shown(organisation, user),
            inside=inside,
            may_join=known and bool(can_join(user, organisation)),
            may_edit=inside and bool(can_edit_organisation(user, organisation)),
            may_set_official_data=known and bool(can_set_official_data(user, organisation)),
            trail=[(_("Actors"), reverse("directory:organisation_list"))],
            cards=areas.cards_of(self.request, organisation),
            **kwargs,
        )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest, slug: str) -> HttpResponse:
    """Write what the organisation says about itself."""
    organisation = organisation_or_404(slug)
    enforce(can_edit_organisation(request.user, organisation))
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=organisation_or_404(slug))
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: organisations.edit_profile(organisation=organisation, by=person_of(request), **form.cleaned_data),
        )
    ):
        messages.success(request, _("The profile was saved."))
        return redirect(organisation)
    heading = _("Profile of %(organisation)s") % {"organisation": organisation}
    return page(request, "form", form, organisation=organisation, heading=heading)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def official_data(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the official domain and what no register says."""
    organisation = organisation_or_404(slug)
    enforce(can_set_official_data(request.user, organisation))
    form = OfficialDataForm(request.POST if request.method == "POST" else None, instance=organisation_or_404(slug))
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: organisations.set_official_data(
                organisation=organisation, by=person_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("The official data were saved."))
        return redirect(organisation)
    heading = _("Official data of %(organisation)s") % {"organisation": organisation}
    return page(request, "form", form, organisation=organisation, heading=heading)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Add an organisation that no register knows."""
    enforce(can_create_organisation(request.user))
    form = CreateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made: list[Organisation] = []
        if carried_out(
            form,
            lambda: made.append(organisations.create_organisation(by=person_of(request), **form.cleaned_data)),
        ):
            messages.success(request, _("The organisation was added."))
            return redirect(made[0])
    paragraphs = [
        _("Municipalities, districts and associations of municipalities come from the register by themselves."),
        _("Please look into the directory first whether the organisation is there already."),
    ]
    return page(request, "form", form, heading=_("Add an organisation"), paragraphs=paragraphs)
