"""Forms of the accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role


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


class ReasonForm(forms.Form):
    """Why something is done; it stands in the history of the roles."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("It is kept with the role. Please no confidential details."),
        min_length=5,
    )


class GrantRoleForm(ReasonForm):
    """Which role, and why."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    field_order = ("role", "reason")
