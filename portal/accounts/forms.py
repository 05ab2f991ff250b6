"""Forms of the accounts that allauth builds upon; it imports this module before its own forms."""

from datetime import timedelta
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role, Scope, User
from portal.accounts.models.support import SHORTEST_REASON

FRESH = timedelta(minutes=10)
"""So long a sign-in counts as fresh, for accounts that have no password."""


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
        super().__init__(*args, **kwargs)
        self.initial.setdefault("display_name", person.display_name)


class ReasonForm(forms.Form):
    """Why something is done; it stands in the history of the roles."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("It is kept with the role. Please no confidential details."),
        min_length=5,
    )


REMOVE_FACTORS = _(
    "Remove the second factors, because they are lost: all sessions end, and the person sets up new ones. Only once you"
    " have spoken to the person yourself and are sure who it is"
)


class AccessForm(forms.Form):
    """What is to happen to somebody's account, and why."""

    SIGN_OUT, FACTORS, CLOSE, OPEN = "sign-out", "factors", "close", "open"

    action = forms.ChoiceField(label=_("What is to happen"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, min_length=5, help_text=_("It stays in the audit: please no names.")
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Offer what makes sense for the account as it is."""
        super().__init__(*args, **kwargs)
        action = cast("forms.ChoiceField", self.fields["action"])
        if person.is_active:
            action.choices = [
                (self.SIGN_OUT, _("Sign out everywhere: all sessions end, the account stays in use")),
                *([(self.FACTORS, REMOVE_FACTORS)] if Authenticator.objects.filter(user_id=person.pk).exists() else []),
                (self.CLOSE, _("Close the account: all sessions end, and nobody signs in with it")),
            ]
        else:
            action.choices = [(self.OPEN, _("Open the account again: the person can sign in as before"))]
            self.initial = {"action": self.OPEN}


class TokenForm(forms.Form):
    """What a token is for, what it may do, and how long."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What it is for, for instance “Data platform”."))
    scopes = forms.MultipleChoiceField(
        label=_("May be used to"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        initial=90,
        help_text=_("Seven days before the end we remind you by mail."),
    )


class SupportViewForm(forms.Form):
    """Why somebody looks at the portal as another person."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        min_length=SHORTEST_REASON,
        help_text=_("At least 10 characters. The person reads it, and it stays in the audit: please no names."),
    )


class GrantRoleForm(ReasonForm):
    """Which role, and why."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    field_order = ("role", "reason")


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
