"""The account: overview, name, sessions, history; signing in as a demonstration shows it."""

from functools import wraps
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.views import ConfirmLoginCodeView, LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView, ListView, TemplateView

from portal.accounts import demo, services
from portal.accounts import session_limits as limits
from portal.accounts.devices import in_words
from portal.accounts.forms import RenameForm
from portal.accounts.models import KEPT_FOR, Method, SignIn, User
from portal.areas import areas


def person_of(request: HttpRequest) -> User:
    """Return who is signed in."""
    return cast("User", request.user)


class SignInView(LoginView):
    """Sign in by e-mail address and password, or go on to the other ways."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the demonstration's accounts where the portal runs as a demonstration."""
        shown = {"demo_accounts": demo.DEMO_ACCOUNTS, "demo_password": demo.DEMO_PASSWORD} if settings.DEMO else {}
        context: dict[str, Any] = super().get_context_data(**shown, **kwargs)
        context["providers"] = settings.OIDC_PROVIDERS
        return context


class SecondFactorView(AuthenticateView):
    """The second factor when signing in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the code that holds now to the demonstration's own accounts, where the portal runs as one."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            context["demo_code"] = demo.present_code(self.stage.login.user)
        return context


class ConfirmCodeView(ConfirmLoginCodeView):
    """The code that came by e-mail; a wrong one stands in the history."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Note it, if there is an account."""
        person = self.stage.login.user
        if person is not None:
            get_adapter().note(self.request, person, Method.CODE, successful=False)
        response: HttpResponse = super().form_invalid(form)
        return response


class OverviewView(LoginRequiredMixin, TemplateView):
    """Everything a person can do with her account."""

    template_name = "accounts/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List what every area offers to this person."""
        person = person_of(self.request)
        entries = [
            {"title": item.label, "url": reverse(item.url_name), "text": item.description}
            for item in areas.each("account_pages")
            if item.visible_to(person)
        ]
        return super().get_context_data(heading=gettext_lazy("Your account"), entries=entries, **kwargs)


class RenameView(LoginRequiredMixin, FormView[RenameForm]):
    """The name that others see."""

    template_name = "accounts/rename.html"
    form_class = RenameForm
    success_url = reverse_lazy("accounts:overview")
    extra_context = {"heading": gettext_lazy("Name")}  # noqa: RUF012 - as Django has it

    def get_form_kwargs(self) -> dict[str, Any]:
        """Begin with the present name."""
        return {**super().get_form_kwargs(), "person": person_of(self.request)}

    def form_valid(self, form: RenameForm) -> HttpResponse:
        """Change it."""
        services.rename(person=person_of(self.request), display_name=form.cleaned_data["display_name"])
        messages.success(self.request, _("Your name has been changed."))
        return super().form_valid(form)


class HistoryView(LoginRequiredMixin, ListView[SignIn]):
    """When somebody signed in, or tried to."""

    template_name = "accounts/history.html"
    paginate_by = 20
    extra_context = {"heading": gettext_lazy("Sign-ins"), "days": KEPT_FOR.days}  # noqa: RUF012 - as Django has it

    def get_queryset(self) -> Any:
        """The own lines alone."""
        return SignIn.objects.all().visible_to(person_of(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the table its cells."""
        context = super().get_context_data(**kwargs)
        context["columns"] = [{"label": text} for text in (_("When"), _("How"), _("Device"), _("Result"))]
        return context


def confirming(view: Any) -> Any:
    """Return a view in which somebody shows that it is her: if she does, her session gets a new key (ASVS 7.2.4)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        before = list(get_authentication_records(request, request.user))
        response: HttpResponse = view(request, *args, **kwargs)
        if get_authentication_records(request, request.user) != before:
            services.renew_session_key(request.session)
        return response

    return answer


@method_decorator(reauthentication_required(allow_get=True), name="dispatch")
class SessionsView(ListUserSessionsView):
    """Where a person is signed in, with a button for each place.

    Whoever ends sessions shows first that it is her (ASVS 7.5.2): nobody who has taken over one session throws out the
    person herself.
    """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say in words what each browser is; the one in use comes first."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        for session in context["sessions"]:
            session.device = in_words(session.user_agent)
        context["sessions"].sort(key=lambda session: (not session.is_current(), -session.last_seen_at.timestamp()))
        return context


@login_required
@require_POST
@reauthentication_required
def end_session(request: HttpRequest, key: int) -> HttpResponse:
    """End one of the own sessions.

    Raises:
        Http404: there is none of that number; perhaps it is another person's.
    """
    if not services.end_session(person=person_of(request), key=key):
        raise Http404(_("There is no such session. It may have ended already."))
    messages.success(request, _("The session has been ended."))
    return HttpResponseRedirect(reverse("usersessions_list"))


@require_GET
def session_left(request: HttpRequest) -> HttpResponse:
    """Tell the script how many seconds are left; nothing when nobody is signed in."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    present = limits.limits_of(request)
    return JsonResponse({"left": present.seconds_left, "extensible": present.can_be_extended})


@require_POST
def extend_session(request: HttpRequest) -> HttpResponse:
    """Stay signed in, and go back to where the button stood; the request alone has extended the session."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    return HttpResponseRedirect(back)
