"""Pages: what one was told, what one wants to be told, leaving a list by one click, and the log of the mails."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.areas import areas
from portal.notifications.filtersets import DeliveryFilterSet
from portal.notifications.forms import PreferencesForm
from portal.notifications.letters import Letter
from portal.notifications.models import Delivery, Notification, Recipient
from portal.notifications.permissions import can_look_after
from portal.notifications.services.heartbeat import silence
from portal.notifications.services.notifying import recipient_of
from portal.notifications.services.sending import retry
from portal.notifications.services.stopping import choose, read_token, stop
from portal.notifications.services.suppression import is_suppressed, lift
from portal.notifications.services.writing import Told, grouped, told
from portal.permissions import enforce
from portal.requests import only_reads
from portal.views import MAX_PAGE_DIGITS, FilteredListView

if TYPE_CHECKING:
    from portal.accounts.models import User

PAGE = 30
"""Notifications on one page."""


@login_required
@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List what one was told, the newest first, by subject; with ``?ungelesen=1`` what was not read yet."""
    person = cast("User", request.user)
    rows = Notification.objects.visible_to(person)
    unread = rows.unread().count()
    only_unread = request.GET.get("ungelesen") == "1"
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) <= MAX_PAGE_DIGITS):
        raise Http404(_("There is no page “%(page)s”.") % {"page": number[:40].replace("\x00", "")})
    page = Paginator(rows.unread() if only_unread else rows, PAGE).get_page(int(number))
    recipient = Recipient.objects.filter(person=person).first() or Recipient(person=person)
    context = {
        "heading": _("Notifications"),
        "threads": _threads(told(recipient, page.object_list)),
        "page_obj": page,
        "unread": unread,
        "only_unread": only_unread,
    }
    return render(request, "notifications/inbox.html", context)


def _threads(rows: list[Told]) -> list[list[Told]]:
    """Put what is about one subject together."""
    found: dict[str, list[Told]] = {}
    for row in rows:
        found.setdefault(row.notification.thread, []).append(row)
    return list(found.values())


@login_required
@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    """Mark notifications as read, or one as unread again; ``key`` names one, without it all are meant."""
    rows = Notification.objects.visible_to(request.user)
    key = request.POST.get("key", "")
    if key:
        try:
            rows = rows.filter(key=UUID(key))
        except ValueError as error:
            raise Http404 from error
    if request.POST.get("unread"):
        rows.update(read_at=None)
    else:
        number = rows.unread().update(read_at=timezone.now())
        if not key:
            text = ngettext("%(count)s notification is read.", "%(count)s notifications are read.", number)
            messages.success(request, text % {"count": number})
    return redirect("notifications:inbox")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and keep how often somebody is told of what."""
    person = cast("User", request.user)
    recipient = Recipient.objects.filter(person=person).first() or Recipient(person=person)
    if request.method == "POST":
        recipient = recipient_of(person)
    chosen = dict(recipient.preferences.values_list("kind", "rhythm")) if recipient.pk else {}
    data = request.POST if request.method == "POST" else None
    form = PreferencesForm(data, recipient=recipient, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        _keep(recipient, form)
        messages.success(request, _("Your choice was saved."))
        return redirect("notifications:preferences")
    context = {
        "heading": _("What you are told"),
        "form": form,
        "mandatory": [kind for kind in areas.each("notifications") if kind.is_mandatory],
        "suppressed": is_suppressed(person.email),
    }
    return render(request, "notifications/preferences.html", context, status=400 if form.errors else 200)


@transaction.atomic
def _keep(recipient: Recipient, form: PreferencesForm) -> None:
    values = form.cleaned_data
    for kind in form.optional:
        choose(recipient, kind.slug, values[form.name_of(kind)])
    recipient.quiet_from, recipient.quiet_until = values["quiet_from"], values["quiet_until"]
    recipient.language = values["language"]
    recipient.save(update_fields=["quiet_from", "quiet_until", "language"])


@login_required
@require_POST
def mails_again(request: HttpRequest) -> HttpResponse:
    """Let mails go to one's own address again, after some came back."""
    if lift(cast("User", request.user).email):
        messages.success(request, _("Mails go to your address again."))
    return redirect("notifications:preferences")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_list(request: HttpRequest, token: str) -> HttpResponse:
    """Leave a list by one click (RFC 8058): without cookie, without signing in. Opening the page changes nothing.

    Raises:
        Http404: the address is none of ours.
    """
    found = read_token(token)
    if found is None:
        raise Http404(_("This link is not valid. Perhaps it was not copied whole."))
    recipient, lists = found
    if request.method == "POST" and not only_reads(request):
        stop(recipient, lists)
    context = {"done": request.method == "POST", "token": token, "recipient": recipient}
    return render(request, "notifications/stop.html", context)


@login_required
@never_cache
@require_safe
def web_copy(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a mail as a page, as far as its recipient may still know of what it tells."""
    mine = Delivery.objects.filter(digest__recipient__person_id=request.user.pk)
    delivery = get_object_or_404(mine.select_related("digest__recipient__person"), key=key)
    rows = told(delivery.digest.recipient, delivery.digest.notifications.order_by("created_at", "pk"))
    letter = Letter(subject="", language="", groups=grouped(rows))
    context = {"heading": _("Mail of notifications"), "delivery": delivery, "letter": letter}
    return render(request, "notifications/web_copy.html", context)


class DeliveriesView(LoginRequiredMixin, FilteredListView[Delivery]):
    """The log of the mails, without what they say; for administrators."""

    model = Delivery
    filterset_class = DeliveryFilterSet
    template_name = "notifications/deliveries.html"
    paginate_by = 50

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """List deliveries for administrators alone."""
        enforce(can_look_after(request.user))
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        """Fetch who got what as well."""
        return super().get_queryset().select_related("digest__recipient__person")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether the timetable lives, and how much was given up."""
        gone = silence()
        hours = int(gone.total_seconds() // 3600) if gone else 0
        dead = Delivery.objects.visible_to(self.request.user).dead().count()
        return super().get_context_data(silent_hours=hours, dead=dead, **kwargs)


@login_required
@require_POST
def send_again(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send a mail again that was given up."""
    enforce(can_look_after(request.user))
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), key=key)
    if retry(delivery):
        messages.success(request, _("The mail is sent again within a minute."))
    else:
        messages.warning(request, _("This mail was not given up; there is nothing to send again."))
    return redirect("notifications:deliveries")
