"""Pages of the funding programmes: list, one programme, where it fits, answers, calendars."""

from http import HTTPStatus
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.admin_url_finder import AdminURLFinder

from funding.filtersets import ProgrammeFilterSet
from funding.indicators import IN_VAIN, MATCHES_VIEWED, SEARCHES
from funding.models import Condition, Contact, Link, Programme, ProgrammeQuerySet, judge, verdict_of
from funding.permissions import can_edit
from funding.services import answers, applying, exporting
from funding.services.answers import Answers, Place
from funding.services.deadlines import deadlines_of
from funding.services.planning import plan_for
from funding.services.where import where_it_fits
from funding.views.applications import may_note
from funding.vocabularies import ConditionKind
from portal import counting, exports
from portal.areas import areas
from portal.calendars import calendar_response
from portal.content.services.links import states_of
from portal.directory.acting import acting_organisation
from portal.directory.models import Association, District
from portal.directory.services import my_municipality
from portal.errors import RefusedError
from portal.gathering import Kind, gather
from portal.middleware import require_same_origin
from portal.views import FilteredListView, VisibleDetailView
from portal.visibility import visible_rows


def moved_to(slug: str) -> HttpResponsePermanentRedirect | None:
    """Lead from the address of a programme that was merged to the one that readers see instead; else None."""
    moved = (
        Programme.objects.filter(slug=slug, merged_into__live=True)
        .select_related("merged_into")
        .only("merged_into__slug")
        .first()
    )
    if moved is None or moved.merged_into is None:
        return None
    return HttpResponsePermanentRedirect(moved.merged_into.get_absolute_url())


def own_place(request: HttpRequest) -> Place | None:
    """Return for which place somebody asks: the municipality of the visit, else whom she acts for."""
    municipality = my_municipality(request)
    if municipality is not None:
        return municipality
    organisation = acting_organisation(request)
    place = organisation.place if organisation else None
    return place if place is not None and place.valid_to is None else None  # type: ignore[return-value] # no Land acts


class ProgrammeListView(FilteredListView[Programme]):
    """Find funding programmes."""

    model = Programme
    filterset_class = ProgrammeFilterSet
    template_name = "funding/programme_list.html"

    def presets(self) -> dict[str, str]:
        """Start with the reader's own municipality, unless another place is asked for."""
        municipality = my_municipality(self.request)
        asks_for_another = {"association", "district"} & set(self.request.GET)
        return {"municipality": municipality.pk} if municipality and not asks_for_another else {}

    def get_queryset(self) -> QuerySet[Programme]:
        """Leave out the long texts; the conditions of a page come in one statement."""
        found = cast("ProgrammeQuerySet", super().get_queryset()).for_lists()
        return found.prefetch_related("conditions") if cast("ProgrammeFilterSet", self.filterset).facts_asked else found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the facts that reasons speak of, and what to loosen where nothing was found."""
        context = super().get_context_data(**kwargs)
        filters = cast("ProgrammeFilterSet", self.filterset)
        nothing = not context["count"] and not filters.problems
        if filters.data.get("q") and not filters.problems and "page" not in self.request.GET:
            counting.count(SEARCHES)
            if nothing:
                counting.count(IN_VAIN)
        context["facts"] = filters.facts_asked
        context["loosenings"] = filters.loosenings() if nothing else []
        return context


SHOWN = (
    Kind(name="contacts", model=Contact),
    Kind(name="links", model=Link),
    Kind(name="conditions", model=Condition),
)
"""What of a programme its page shows besides itself."""


class ProgrammeDetailView(VisibleDetailView[Programme]):
    """One funding programme."""

    model = Programme
    template_name = "funding/programme_detail.html"

    def get_queryset(self) -> QuerySet[Programme]:
        """Fetch all of it."""
        return super().get_queryset().select_related("part_of", "variant_of")

    def get_object(self, queryset: QuerySet[Programme] | None = None) -> Programme:
        """Fetch contacts, links and conditions in one statement."""
        found = super().get_object(queryset)
        gather([found], "programme", SHOWN)
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; the address of what was merged into another leads there."""
        try:
            shown = super().get(request, *args, **kwargs)
        except Http404:
            if moved := moved_to(kwargs["slug"]):
                return moved
            raise
        return moved_to(kwargs["slug"]) or shown if self.object.merged_into_id else shown

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether it fits, what belongs to it, the way back, and for editors the way to the form."""
        user, editing = self.request.user, bool(can_edit(self.request.user, self.object))
        belongs = Q(part_of=self.object) | Q(variant_of=self.object)
        belonging = list(Programme.objects.filter(belongs, live=True).for_lists())
        return super().get_context_data(
            trail=self.object.trail(),
            can_edit=editing,
            edit_url=AdminURLFinder(user).get_edit_url(self.object) if editing else None,
            parts=[one for one in belonging if one.part_of_id == self.object.pk],
            plan=plan_for(self.object),
            cards=areas.cards_of(self.request, self.object),
            link_states=states_of(self.object),
            notes_for=may_note(self.request),
            got=applying.got_by_similar(self.object, my_municipality(self.request)),
            reusable=applying.reusable(self.object),
            variants=[one for one in belonging if one.variant_of_id == self.object.pk],
            **self._fit(),
            **kwargs,
        )

    def _fit(self) -> dict[str, Any]:
        place = own_place(self.request)
        if place is None:
            return {"facts": None}
        facts = answers.facts_about(place, self.request)
        judged = judge(self.object, facts)
        counting.count(MATCHES_VIEWED)
        organisation = acting_organisation(self.request)
        return {
            "facts": facts,
            "judged": judged,
            "verdict": verdict_of(judged),
            "answers": bool(answers.answers_about(place, self.request)),
            "asks_consolidation": self.object.own_share_reduced is not None and facts.in_consolidation is None,
            "kept_by": organisation if organisation and organisation.place == place else None,
            "members_url": _members_url(self.object, place),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Tell caches that the page shows what this visit has answered."""
        response = super().render_to_response(context, **kwargs)
        answers.depends_on_the_visit(response)
        return response


def _members_url(programme: Programme, place: Place) -> str:
    """Return where an association or a district sees whom of its members a programme fits."""
    if not isinstance(place, Association | District):
        return ""
    name = "association" if isinstance(place, Association) else "district"
    return f"{reverse('funding:programme_places', args=[programme.slug])}?{name}={place.pk}"


class ProgrammePlacesView(VisibleDetailView[Programme]):
    """Which municipalities a programme fits: by Land and size, or each member of an association or a district."""

    model = Programme
    template_name = "funding/programme_places.html"

    def get_queryset(self) -> QuerySet[Programme]:
        """Fetch its conditions as well."""
        return cast("ProgrammeQuerySet", super().get_queryset()).for_lists().prefetch_related("conditions")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count the municipalities, or judge the members."""
        trail = [*self.object.trail(), (self.object.title, self.object.get_absolute_url())]
        above = self._above()
        if above is None:
            return super().get_context_data(trail=trail, where=where_it_fits(self.object), **kwargs)
        members = above.municipalities.current().municipalities().with_places().order_by("name", "ags")
        judged = [(place, judge(self.object, answers.facts_about(place))) for place in members]
        rows = [(place, verdict_of(found), found[0]) for place, found in judged]
        return super().get_context_data(trail=trail, above=above, members=rows, **kwargs)

    def _above(self) -> Association | District | None:
        """Return whose members are asked for.

        Raises:
            Http404: there is no such association or district.
        """
        for name, places in (("association", Association.objects), ("district", District.objects)):
            if key := self.request.GET.get(name, "").replace("\x00", ""):
                found = places.current().filter(pk=key).first()
                if found is None:
                    raise Http404(_("There is no such association or district."))
                return found
        return None


@require_safe
def programme_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the coming deadlines of one programme as a calendar."""
    programme = get_object_or_404(visible_rows(Programme, request.user), slug=slug)
    return calendar_response(programme.title, deadlines_of([programme]), programme.slug[:60])


class WholeListView(FilteredListView[Programme]):
    """What a list finds, in one piece; what cannot be understood is a 400."""

    model = Programme
    filterset_class = ProgrammeFilterSet

    def rows(self) -> Any:
        """Return what was found.

        Raises:
            RefusedError: a parameter cannot be understood.
        """
        if problems := self.filterset.named_problems:
            raise RefusedError(" ".join(message for _name, _label, messages in problems for message in messages))
        return cast("ProgrammeQuerySet", self.filterset.qs).for_lists()


class ListExportView(WholeListView):
    """What a list finds, as CSV, XLSX or PDF."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - nothing needed
        """Write it.

        Raises:
            Http404: there is no such format.
            RefusedError: there are too many for one file.
        """
        kind = exports.format_of(kwargs["kind"])
        found = self.rows()
        exports.refuse_too_many(kind, found.count())
        rows = (exporting.row(programme) for programme in found)
        return exports.download(kind, "foerderprogramme", exporting.header(), rows, title=_("Funding programmes"))


class ListCalendarView(WholeListView):
    """The coming deadlines of what a list finds, as a calendar."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - nothing needed
        """Write it."""
        rows = self.rows().filter(coming_deadline__isnull=False)
        soonest = rows.order_by("coming_deadline", "pk")[:MOST_IN_A_CALENDAR]
        return calendar_response(_("Deadlines of funding programmes"), deadlines_of(soonest), "foerderfristen")


MOST_IN_A_CALENDAR = 500
"""Programmes whose deadlines one calendar has; the nearest ones."""


@csrf_exempt
@require_POST
@require_same_origin
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Remember what a reader answers about her municipality, and go back to where it was asked.

    Raises:
        RefusedError: the answer is none that was asked for.
        Http404: no place is chosen.
    """
    programme = get_object_or_404(visible_rows(Programme, request.user), slug=slug)
    place = own_place(request)
    if place is None:
        raise Http404(_("Please choose your municipality first."))
    response = HttpResponseRedirect(f"{programme.get_absolute_url()}#fit", status=HTTPStatus.SEE_OTHER)
    if request.POST.get("forget"):
        answers.forget(request, response, place)
        return response
    answers.remember(request, response, place, _given(request, programme))
    return response


def _given(request: HttpRequest, programme: Programme) -> Answers:
    if (consolidates := request.POST.get("sicherung", "")) in {"ja", "nein"}:
        return Answers(in_consolidation=consolidates == "ja")
    partners, condition = request.POST.get("partners", "").strip(), request.POST.get("condition", "")
    if partners:
        is_number = partners.isascii() and partners.isdigit() and len(partners) <= len(str(answers.MOST_PARTNERS))
        if not is_number:
            most = {"most": answers.MOST_PARTNERS}
            raise RefusedError(_("Please enter the number of municipalities, from 0 to %(most)s.") % most)
        return Answers(partners=int(partners))
    said = request.POST.get("said", "")
    asked = (
        Condition.objects.filter(
            programme=programme, kind__in=[ConditionKind.PREVIOUS, ConditionKind.PROJECT], pk=int(condition)
        )
        if condition.isascii() and condition.isdigit() and len(condition) <= MAX_KEY_DIGITS
        else Condition.objects.none()
    )
    if said not in {"ja", "nein"} or not asked.exists():
        raise RefusedError(_("This question is not asked any more. Please open the page again."))
    return Answers(conditions={int(condition): said == "ja"})


MAX_KEY_DIGITS = 9
"""A key with more digits than this is none of ours."""
