"""Reading the audit; for administrators."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.audit.filtersets import EventFilterSet
from portal.audit.models import AuditEvent, Verb
from portal.audit.names import named
from portal.audit.permissions import can_read
from portal.audit.services import record
from portal.exports import Format, download
from portal.permissions import enforce
from portal.views import FilteredListView

if TYPE_CHECKING:
    from django.db.models import Model

MOST_LINES = 50_000
"""Lines of one export. Whoever wants more narrows the period down."""

RELATED = 50
"""Lines of the same request, or about the same thing, that are shown with one line."""


class EventsView(LoginRequiredMixin, FilteredListView[AuditEvent]):
    """The lines, newest first."""

    model = AuditEvent
    filterset_class = EventFilterSet
    template_name = "audit/events.html"
    paginate_by = 50

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """List lines for administrators alone."""
        enforce(can_read(request.user))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the keys stand for."""
        context = super().get_context_data(**kwargs)
        query = self.request.GET.copy()
        query.pop("page", None)
        return context | {"lines": named(context["page_obj"]), "query": query.urlencode(), "most": MOST_LINES}


@login_required
@require_safe
def event(request: HttpRequest, key: int) -> HttpResponse:
    """Show one line with all that it says, and the lines that belong to it."""
    enforce(can_read(request.user))
    events = AuditEvent.objects.visible_to(request.user)
    line = get_object_or_404(events, pk=key)
    same_request = events.filter(request=line.request).exclude(pk=line.pk) if line.request else events.none()
    same_thing = events.filter(object_type=line.object_type, object_key=line.object_key).exclude(pk=line.pk)
    context = {
        "line": named([line])[0],
        "same_request": named(same_request[:RELATED]),
        "same_thing": named(same_thing[:RELATED]),
    }
    return render(request, "audit/event.html", context)


@login_required
@require_POST
def export(request: HttpRequest, kind: Format) -> HttpResponse:
    """Give the lines that the filters find as a file, and note that this was done.

    The file names people by their keys alone: one that lies somewhere must not outlive an erasure (C-21).
    """
    enforce(can_read(request.user))
    reserved = frozenset({"page"})
    filters = EventFilterSet(
        request.GET, AuditEvent.objects.visible_to(request.user), request=request, reserved=reserved
    )
    back = f"{reverse('audit:events')}?{request.GET.urlencode()}"
    if filters.problems:
        return HttpResponseRedirect(back)  # which says what is wrong
    count = filters.qs.count()
    if count > MOST_LINES:
        message = _("These are %(count)s lines; a file holds at most %(most)s. Please choose a shorter period.")
        messages.error(request, message % {"count": count, "most": MOST_LINES})
        return HttpResponseRedirect(back)
    used = sorted({entry["name"] for entry in filters.active()})
    record(
        Verb.AUDIT_EXPORTED,
        cast("Model", request.user),
        by=request.user,
        reason=f"{count} × {kind.upper()}",
        changed=used,
    )
    header = [
        _("when"),
        _("who (key)"),
        _("on behalf of (key)"),
        _("what"),
        _("what, in words"),
        _("kind of thing"),
        _("key of the thing"),
        _("reason"),
        _("changed fields"),
        _("request"),
    ]
    name = f"protokoll-{timezone.localdate():%Y-%m-%d}"
    return download(kind, name, header, _rows(filters.qs.iterator(chunk_size=2000)))


def _rows(events: Iterator[AuditEvent]) -> Iterator[tuple[Any, ...]]:
    for line in events:
        yield (
            line.at,
            line.actor,
            line.on_behalf_of,
            line.verb,
            cast("Any", line).get_verb_display(),
            line.object_type,
            line.object_key,
            line.reason,
            ", ".join(line.changed),
            line.request,
        )
