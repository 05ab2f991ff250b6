"""Forms of allauth where the portal does more than they do."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from portal.accounts.models import Method, User


class SignupForm(account_forms.SignupForm):
    """Sign-up that takes as long for an address that has an account as for one that has none."""

    def try_save(self, request: HttpRequest) -> Any:
        """Hash the password in vain where no account is made; hashing is what takes the time."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AuthenticateForm(mfa_forms.AuthenticateForm):
    """The second factor; a wrong code stands in the history."""

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        super()._emit_authentication_failed(authenticator)
        get_adapter().note(context.request, self.user, Method.SECOND_FACTOR, successful=False)
