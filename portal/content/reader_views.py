"""What readers send without an account: reported barriers, and whether a page helped. Also security.txt.

None of the forms sets a cookie: they are guarded by where they come from, and limited by the hour.
"""

import calendar
from datetime import UTC, date, datetime, time
from http import HTTPStatus

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.content.forms import BarrierForm, FeedbackForm, own_path
from portal.content.services.barriers import report_barrier as take_in_report
from portal.content.services.feedback import give_feedback
from portal.middleware import require_same_origin
from portal.throttling import HOUR, reader_of, within_limit

REPORTS_PER_HOUR = 30
"""From one network: a town hall, even a Land's administration, often shares one address."""

COPIES_PER_HOUR = 5
"""To one e-mail address, so that nobody can be flooded with copies of what others report in her name."""

FEEDBACK_PER_HOUR = 120

TICKET = signing.Signer(salt="portal.content.ticket")
"""Keeps number and day in the address of the page of thanks; a made-up one is refused."""

VALID_MONTHS = 6
"""security.txt holds until the end of the month that lies so many months ahead (RFC 9116: less than a year)."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report_barrier(request: HttpRequest) -> HttpResponse:
    """Show the form for a barrier, the page filled in that the reader comes from; take the report in."""
    if request.method == "POST":
        return _take_in_barrier(request)
    form = BarrierForm(initial={"page": own_path(request, request.GET.get("seite", ""))})
    return render(request, "content/report_barrier.html", {"form": form})


@require_same_origin
def _take_in_barrier(request: HttpRequest) -> HttpResponse:
    form = BarrierForm(request.POST)
    if not form.is_valid():
        return render(request, "content/report_barrier.html", {"form": form}, status=HTTPStatus.BAD_REQUEST)
    email = form.cleaned_data["email"]
    if not within_limit("barrier", reader_of(request), per_hour=REPORTS_PER_HOUR) or (
        email and not within_limit("barrier copy", email.casefold(), per_hour=COPIES_PER_HOUR)
    ):
        form.add_error(None, _("Too many reports have come from here within an hour. Please try again in an hour."))
        too_many = render(request, "content/report_barrier.html", {"form": form}, status=HTTPStatus.TOO_MANY_REQUESTS)
        too_many["Retry-After"] = str(HOUR)
        return too_many
    report = take_in_report(
        description=form.cleaned_data["description"],
        page=form.cleaned_data["page"],
        name=form.cleaned_data["name"],
        email=email,
    )
    ticket = TICKET.sign_object([report.pk, report.due_on.isoformat(), bool(email)])
    return HttpResponseRedirect(reverse("content:barrier_reported", args=[ticket]))


@require_safe
def barrier_reported(request: HttpRequest, ticket: str) -> HttpResponse:
    """Thank for a report: its number, and by when it is answered.

    Raises:
        Http404: the portal has not made this address.
    """
    try:
        number, due_on, by_mail = TICKET.unsign_object(ticket)
    except signing.BadSignature as error:
        raise Http404 from error
    context = {"number": number, "due_on": date.fromisoformat(due_on), "by_mail": by_mail}
    return render(request, "content/report_barrier_thanks.html", context)


@csrf_exempt
@require_POST
@require_same_origin
def feedback(request: HttpRequest) -> HttpResponse:
    """Take in whether a page helped; for htmx answer in place, else with the page of thanks."""
    form = FeedbackForm(request.POST, auto_id="feedback_%s")
    if not form.is_valid():
        return _refused(request, form, HTTPStatus.BAD_REQUEST)
    if not within_limit("feedback", reader_of(request), per_hour=FEEDBACK_PER_HOUR):
        form.add_error(None, _("Too many answers have come from here within an hour. Please try again in an hour."))
        response = _refused(request, form, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(HOUR)
        return response
    path = form.cleaned_data["page"]
    give_feedback(path=path, helpful=form.cleaned_data["helpful"], text=form.cleaned_data["text"])
    if _in_place(request):
        return render(request, "components/feedback_form.html#answered")
    return HttpResponseRedirect(reverse("content:feedback_given", query={"seite": path}))


@require_safe
def feedback_given(request: HttpRequest) -> HttpResponse:
    """Thank for an answer and lead back to its page."""
    back = own_path(request, request.GET.get("seite", ""))
    return render(request, "content/feedback_thanks.html", {"back": back or reverse("home")})


def _refused(request: HttpRequest, form: FeedbackForm, status: HTTPStatus) -> HttpResponse:
    """Show what is wrong; in place with status 200, because htmx shows nothing of an answer with another one."""
    if _in_place(request):
        return render(request, "components/feedback_form.html#refused", {"answer": form})
    return render(request, "content/feedback.html", {"answer": form}, status=status)


def _in_place(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Say where security holes are reported (RFC 9116).

    Raises:
        Http404: the operator has named no contact.
    """
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise Http404
    if "://" not in contact and not contact.startswith("mailto:"):
        contact = f"mailto:{contact}"
    lines = [
        f"Contact: {contact}",
        f"Expires: {security_txt_expires(timezone.localdate()).isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: de, en",
        f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def security_txt_expires(today: date) -> datetime:
    """Return the last moment (UTC) of the month that lies six months ahead; the same for a whole month."""
    years, month = divmod(today.month - 1 + VALID_MONTHS, 12)
    last = date(today.year + years, month + 1, calendar.monthrange(today.year + years, month + 1)[1])
    return datetime.combine(last, time(23, 59, 59), tzinfo=UTC)
