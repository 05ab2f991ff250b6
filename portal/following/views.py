"""Saving searches, following things, and the list of what one follows, with and without an account."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.areas import Resource
from portal.filters import FilterSet
from portal.following.feeds import FollowFeed, address_of, calendar_of, has_dates
from portal.following.forms import FollowByMailForm, FollowForm, RhythmForm
from portal.following.models import RHYTHMS, Follow, FollowQuerySet
from portal.following.services import subscribing
from portal.following.services.subscribing import Target
from portal.middleware import require_same_origin
from portal.notifications.models import Recipient, Rhythm
from portal.notifications.services.notifying import recipient_of
from portal.notifications.services.stopping import read_token
from portal.throttling import HOUR, reader_of, within_limit
from portal.visibility import visible_rows

if TYPE_CHECKING:
    from portal.accounts.models import User

LIST, OBJECT = "liste", "objekt"
"""Parameters of the page that saves: slug of the list; key of the one thing."""

IGNORED = frozenset({LIST, OBJECT, "page", "csrfmiddlewaretoken", "title", "rhythm", "email"})
SAVED_PER_HOUR = 40
"""From one network without an account."""
MAILS_PER_HOUR = 5
"""That ask one address for confirmation."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the page names: a list with filters, or one thing of it."""

    resource: Resource
    thing: Any
    parameters: dict[str, list[str]]

    @property
    def target(self) -> Target:
        """The same, for saving."""
        key = str(self.thing.pk) if self.thing is not None else ""
        return Target(resource=self.resource, object_key=key, parameters=self.parameters)

    def filters(self, request: HttpRequest) -> FilterSet:
        """Return the filters, filled in, over what the reader may see."""
        rows = visible_rows(self.resource.model, request.user)
        return subscribing.filters_of(self.resource, self.parameters, queryset=rows, request=request)

    def title(self, request: HttpRequest) -> str:
        """Suggest a name: the thing's own, or the filters in words."""
        if self.thing is not None:
            return str(self.thing)[:200]
        words = [str(entry["value_label"]) for entry in self.filters(request).active()]
        name = capfirst(str(self.resource.label))
        return (f"{name}: {', '.join(words)}" if words else name)[:200]


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Show what is about to be saved, ask for a name and how often, and save it.

    Nobody is given a cookie for it: the form is guarded by where it comes from.
    """
    if request.method == "POST":
        return _save(request)
    wanted = _wanted(request)
    return _page(request, _form(request, None, initial={"title": wanted.title(request)}), wanted)


@require_same_origin
def _save(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request)
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, wanted, status=400)
    try:
        if request.user.is_authenticated:
            return _save_own(request, wanted, form.cleaned_data)
        return _save_for_address(request, wanted, form)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, wanted, status=400)


def _save_own(request: HttpRequest, wanted: Wanted, values: dict[str, Any]) -> HttpResponse:
    made, is_new = subscribing.follow(
        recipient=recipient_of(cast("User", request.user)),
        target=wanted.target,
        title=values["title"],
        rhythm=values["rhythm"],
        is_confirmed=True,
    )
    saved = _("“%(title)s” is saved. You are told as you chose.")
    there = _("“%(title)s” was saved before; name and rhythm are those of now.")
    messages.success(request, (saved if is_new else there) % {"title": made.title})
    return redirect("following:list")


def _save_for_address(request: HttpRequest, wanted: Wanted, form: FollowForm) -> HttpResponse:
    values = form.cleaned_data
    within = within_limit("follow", reader_of(request), per_hour=SAVED_PER_HOUR)
    if not within or not within_limit("follow mail", values["email"].casefold(), per_hour=MAILS_PER_HOUR):
        form.add_error(None, _("Too much was saved from here within an hour. Please try again in an hour."))
        too_many = _page(request, form, wanted, status=429)
        too_many["Retry-After"] = str(HOUR)
        return too_many
    subscribing.ask_to_confirm(
        email=values["email"],
        language=get_language() or "de",
        target=wanted.target,
        title=values["title"],
        rhythm=values["rhythm"],
    )
    return redirect("following:sent")


def _wanted(request: HttpRequest) -> Wanted:
    """Read from the address what is to be followed.

    Raises:
        Http404: there is no such list, no such thing, or the filters cannot be understood.
    """
    resource = subscribing.resource_named(request.GET.get(LIST, ""))
    if resource is None:
        raise Http404(_("There is no list of this name."))
    key = request.GET.get(OBJECT, "").replace("\x00", "")
    if key:
        return Wanted(resource, _thing(resource, request, key), {})
    wanted = Wanted(resource, None, subscribing.parameters_from(resource, request.GET, IGNORED))
    if wanted.filters(request).problems:
        raise Http404(_("These filters cannot be saved."))
    return wanted


def _thing(resource: Resource, request: HttpRequest, key: str) -> Any:
    try:
        found: Any = visible_rows(resource.model, request.user).filter(pk=key).first()
    except (ValueError, ValidationError, OverflowError):
        found = None
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, data: Any, **kwargs: Any) -> FollowForm:
    return (FollowForm if request.user.is_authenticated else FollowByMailForm)(data, **kwargs)


def _page(request: HttpRequest, form: FollowForm, wanted: Wanted, status: int = 200) -> HttpResponse:
    resource, thing = wanted.resource, wanted.thing
    assert resource.list_url_name is not None  # noqa: S101 - only lists with a page are followed
    filters = wanted.filters(request)
    context = {
        "heading": _("Follow") if thing is not None else _("Save this search"),
        "form": form,
        "resource": resource,
        "thing": thing,
        "active": [] if thing is not None else filters.active(),
        "count": None if thing is not None else filters.qs.count(),
        "list_url": thing.get_absolute_url()
        if thing is not None
        else reverse(resource.list_url_name, query=wanted.parameters or None),
        "login_url": f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}",
    }
    return render(request, "following/create.html", context, status=status)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way; the same whether or not the address was known."""
    return render(request, "following/sent.html", {"heading": _("One more step")})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be confirmed; the button confirms it. Opening the page changes nothing.

    Raises:
        Http404: the link is none of ours, or its search is gone.
    """
    made = subscribing.awaiting(token)
    if made is None:
        raise Http404(_("This link is not valid any more."))
    done = request.method == "POST"
    if done:
        subscribing.confirm(made)
    context = {
        "heading": _("Confirmed") if done else _("Please confirm"),
        "follow": made,
        "done": done,
        "address": address_of(made),
        "manage_url": _manage_url(made.recipient),
    }
    return render(request, "following/confirm.html", context)


@login_required
@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """List what one follows."""
    follows = Follow.objects.visible_to(request.user)
    return _list(request, follows, reverse("following:change"))


@login_required
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Change, remove or bring back one of one's own."""
    _change(request, Follow.objects.visible_to(request.user))
    return redirect("following:list")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscriber(request: HttpRequest, token: str) -> HttpResponse:
    """The same for an address without account, by the link of its mails. Opening the page changes nothing.

    Raises:
        Http404: the link is none of ours, or its address is gone.
    """
    found = read_token(token)
    if found is None or found[0].person_id or found[1] != ["own"]:
        raise Http404(_("This link is not valid. Perhaps it was not copied whole."))
    recipient = found[0]
    follows = Follow.objects.filter(recipient=recipient)
    here = reverse("following:subscriber", args=[token])
    if request.method != "POST":
        return _list(request, follows, here, recipient)
    if request.POST.get("action") == "forget":
        subscribing.forget_address(recipient)
        return render(request, "following/forgotten.html", {"heading": _("Your address is deleted")})
    text = _change(request, follows, tell=False)
    return _list(request, follows.all(), here, recipient, done=text)


def _change(request: HttpRequest, follows: FollowQuerySet, *, tell: bool = True) -> str:
    """Do what a button of the list says.

    Raises:
        Http404: it is none of one's own.
    """
    key = request.POST.get("key", "")
    try:
        one = get_object_or_404(follows, key=key)
    except ValidationError as error:
        raise Http404 from error
    action = request.POST.get("action", "")
    title = {"title": one.title}
    text = ""
    if action == "remove":
        subscribing.remove(one)
        text = _("“%(title)s” is removed. For a week you can bring it back below.") % title
    elif action == "bring-back":
        back = subscribing.bring_back(one)
        text = (_("“%(title)s” is back.") if back else _("“%(title)s” cannot be brought back.")) % title
    elif action == "rhythm":
        form = RhythmForm(request.POST)
        if form.is_valid() and (one.recipient.person_id or form.cleaned_data["rhythm"] != Rhythm.PORTAL):
            subscribing.change_rhythm(one, form.cleaned_data["rhythm"])
            text = _("“%(title)s”: you are told %(rhythm)s.") % (title | {"rhythm": one.get_rhythm_display()})
    if text and tell:
        messages.success(request, text)
    return text


def _list(
    request: HttpRequest, follows: FollowQuerySet, change_url: str, recipient: Recipient | None = None, done: str = ""
) -> HttpResponse:
    active = list(follows.active().select_related("recipient"))
    rows = [{"follow": one, "address": address_of(one), "has_dates": has_dates(one.resource)} for one in active]
    count = len(rows)
    context = {
        "heading": _("What you follow"),
        "rows": rows,
        "removed": list(follows.removed()),
        "rhythms": [one for one in RHYTHMS if recipient is None or one[0] != Rhythm.PORTAL],
        "change_url": change_url,
        "recipient": recipient,
        "done": done,
        "count": ngettext("%(count)s of %(most)s", "%(count)s of %(most)s", count)
        % {"count": count, "most": subscribing.QUOTA},
    }
    return render(request, "following/list.html", context)


def _manage_url(recipient: Recipient) -> str:
    from portal.notifications.services.writing import choices_path  # noqa: PLC0415 - it knows our address by name

    return reverse("following:list") if recipient.person_id else choices_path(recipient)


@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """Give a saved search as an Atom feed."""
    response = FollowFeed()(request, follow=_followed(key))
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give the deadlines of a saved search as a calendar.

    Raises:
        Http404: nothing in it has a deadline.
    """
    follow = _followed(key)
    if not has_dates(follow.resource):
        raise Http404
    response = HttpResponse(calendar_of(follow), content_type="text/calendar; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response


def _followed(key: str) -> Follow:
    return get_object_or_404(Follow.objects.active().select_related("recipient"), key=key)
