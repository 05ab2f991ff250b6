"""Pages of the funding programmes."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from funding.filtersets import ProgrammeFilterSet
from funding.models import LIFE, LONG_TEXTS, Link, Programme, ProgrammeQuerySet
from funding.permissions import can_edit
from funding.services import change_state, mark_checked
from portal.directory.services import my_municipality
from portal.permissions import Denied, enforce
from portal.state import Transition
from portal.views import FilteredListView, VisibleDetailView

if TYPE_CHECKING:
    from portal.accounts.models import User


def _list_link() -> tuple[str, str]:
    return _("Funding programmes"), reverse("funding:programme_list")


def _obstacle(step: Transition, programme: Programme) -> str:
    """Say why a transition is not possible now; nothing where it is."""
    if programme.state not in step.sources:
        return _("In the state “%(state)s” this is not possible.") % {"state": programme.get_state_display()}
    allowed = step.guard(programme)
    return str(allowed.reason) if isinstance(allowed, Denied) else ""


def _texts(programme: Programme) -> list[dict[str, Any]]:
    """List the long texts that a programme has, with their headings.

    Some programmes of the source have all they say in the field of the legal basis: that is then not its heading.
    """
    headings = {field.name: field.verbose_name for field in Programme._meta.fields if field.name in LONG_TEXTS}
    if not programme.description:
        headings["legal_basis"] = _("Text of the source")
    return [{"name": name, "title": title} for name, title in headings.items() if getattr(programme, name)]


class ProgrammeListView(FilteredListView[Programme]):
    """Find funding programmes."""

    model = Programme
    filterset_class = ProgrammeFilterSet
    template_name = "funding/programme_list.html"

    def presets(self) -> dict[str, str]:
        """Start with the reader's own municipality."""
        municipality = my_municipality(self.request)
        return {"municipality": municipality.pk} if municipality else {}

    def get_queryset(self) -> QuerySet[Programme]:
        """Leave out the long texts."""
        return cast("ProgrammeQuerySet", super().get_queryset()).for_lists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the municipality that reasons speak of, and what to loosen where nothing was found."""
        context = super().get_context_data(**kwargs)
        filters = cast("ProgrammeFilterSet", self.filterset)
        nothing = not context["count"] and not filters.problems
        context["municipality"] = filters.values.get("municipality")
        context["loosenings"] = filters.loosenings() if nothing else []
        return context


class ProgrammeDetailView(VisibleDetailView[Programme]):
    """One funding programme."""

    model = Programme
    template_name = "funding/programme_detail.html"

    def get_queryset(self) -> QuerySet[Programme]:
        """Fetch all of it."""
        return cast("ProgrammeQuerySet", super().get_queryset()).whole()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the texts in their order, and what an editor can do."""
        programme = self.object
        return super().get_context_data(
            texts=_texts(programme),
            links=[link for link in programme.links.all() if link.kind == Link.Kind.FURTHER],
            legal_links=[
                link for link in programme.links.all() if link.kind == Link.Kind.LEGAL_BASIS and not link.target
            ],
            can_edit=can_edit(self.request.user, programme),
            transitions=LIFE.available(programme, self.request.user),
            obstacles=[
                obstacle
                for step in LIFE.transitions
                if programme.state in step.sources and (obstacle := _obstacle(step, programme))
            ],
            trail=[_list_link()],
            **kwargs,
        )


class ProgrammeStateView(VisibleDetailView[Programme]):
    """Ask for confirmation of a change of state (GET) and do it (POST)."""

    model = Programme
    template_name = "funding/programme_state.html"

    def get_queryset(self) -> QuerySet[Programme]:
        """Leave out the long texts."""
        return cast("ProgrammeQuerySet", super().get_queryset()).for_lists()

    def get_object(self, queryset: QuerySet[Programme] | None = None) -> Programme:
        """Return the programme, for editors.

        Raises:
            PermissionDenied: the reader may not change it.
        """
        programme = super().get_object(queryset)
        enforce(self.step.who(self.request.user, programme))
        return programme

    @cached_property
    def step(self) -> Transition:
        """The transition that the address names.

        Raises:
            Http404: there is none of that name.
        """
        try:
            return LIFE.transition(self.kwargs["verb"])
        except KeyError as error:
            raise Http404 from error

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the transition, and what stands in its way."""
        target = Programme.State(self.step.target).label
        trail = [_list_link(), (self.object.title, self.object.get_absolute_url())]
        return super().get_context_data(
            step=self.step, obstacle=_obstacle(self.step, self.object), target=target, trail=trail, **kwargs
        )

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Change the state, or say why not."""
        programme = self.get_object()
        try:
            programme = change_state(programme=programme, verb=self.step.verb, by=cast("User", request.user))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The state is now “%(state)s”.") % {"state": programme.get_state_display()})
        return redirect(programme)


class ProgrammeCheckedView(VisibleDetailView[Programme]):
    """Note that a programme was compared with its source today (POST alone: see urls)."""

    model = Programme

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Note it."""
        programme = self.get_object(cast("ProgrammeQuerySet", self.get_queryset()).for_lists())
        mark_checked(programme=programme, by=cast("User", request.user))
        messages.success(request, _("Noted: checked today."))
        return redirect(programme)
