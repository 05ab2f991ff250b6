"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView

from portal.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from portal.accounts.forms import SignInForm


class SignInView(LoginView):
    """Sign in with e-mail address and password."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the demonstration's accounts where the portal runs as a demonstration."""
        shown = {"demo_accounts": DEMO_ACCOUNTS, "demo_password": DEMO_PASSWORD} if settings.DEMO else {}
        return super().get_context_data(**shown, **kwargs)


class SignOutView(LogoutView):
    """Sign out, by POST alone."""
