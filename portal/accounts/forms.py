"""Forms of the accounts that allauth builds upon; it imports this module before its own forms."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role, User


class NameForm(forms.Form):
    """The name that others see."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As others are to see it, for instance “Kim Muster”."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("display_name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing is left to do after the account was made; allauth asks for this method."""

    def clean_display_name(self) -> str:
        """Join what spaces divide."""
        return " ".join(str(self.cleaned_data["display_name"]).split())


class RenameForm(NameForm):
    """The same for an account that exists."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Begin with the present name."""
        kwargs.setdefault("initial", {"display_name": person.display_name})
        super().__init__(*args, **kwargs)


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
