"""Forms of the accounts."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.accounts.models import User

FRESH = timedelta(minutes=10)
"""So long a sign-in counts as fresh, for accounts that have no password."""


class SignInForm(AuthenticationForm):
    """E-mail address and password. The message is the same whether the account exists or not."""

    error_messages = {  # noqa: RUF012 - Django declares it as a plain attribute
        "invalid_login": _("This e-mail address and password do not belong together. Please check both."),
        "inactive": _("This e-mail address and password do not belong together. Please check both."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Call the name what it is, and let password managers help (WCAG 1.3.5, 3.3.8)."""
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail address")
        widget: Any = self.fields["username"].widget
        widget.input_type = "email"
        widget.attrs.update({"autocomplete": "username", "autocapitalize": "none", "autofocus": False})

    def clean_username(self) -> str:
        """Addresses are kept in lower case."""
        address: str = self.cleaned_data["username"]
        return address.lower()


class EraseForm(forms.Form):
    """Asks for the password once more, and whether this is really meant. Who has none must have signed in just now."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=4096,
    )
    confirm = forms.BooleanField(
        label=_("I understand that my account cannot be brought back."),
        error_messages={"required": _("Please confirm that you want this.")},
    )

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        """Leave the password out where there is none."""
        super().__init__(**kwargs)
        self.person = cast("User", request.user)
        if not self.person.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        """Compare it with the account's."""
        password: str = self.cleaned_data["password"]
        if "\x00" in password or not self.person.check_password(password):
            raise ValidationError(_("This is not your password."))
        return password

    def clean(self) -> dict[str, Any] | None:
        """Without a password a fresh sign-in has to do."""
        signed_in = self.person.last_login
        if "password" not in self.fields and (signed_in is None or signed_in < timezone.now() - FRESH):
            raise ValidationError(_("Please sign out, sign in again, and then delete your account within 10 minutes."))
        return super().clean()
