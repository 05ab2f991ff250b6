"""Forms that readers send without an account."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

PAGE_MAX = 500
_signer = signing.Signer(salt="portal.content.feedback")


class TrapMixin(forms.Form):
    """A field that people do not see. Programs fill it in; whoever does is asked to send the form again, empty."""

    website = forms.CharField(
        label=_("Please leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Empty the trap, so that a browser that filled it in by itself does not do so for ever."""
        super().__init__(*args, **kwargs)
        self.was_trapped = self.is_bound and bool(self.data.get("website"))
        if self.was_trapped:
            self.data = {**self.data.dict(), "website": ""} if isinstance(self.data, QueryDict) else {}

    def clean(self) -> dict[str, Any] | None:
        """Refuse what a program sent.

        Raises:
            ValidationError: the trap was filled in.
        """
        if self.was_trapped:
            raise forms.ValidationError(
                _("A program seems to have filled in this form. If that was not so, please send it once more."),
                code="trap",
            )
        return super().clean()


class BarrierForm(TrapMixin):
    """A barrier: only what does not work is demanded."""

    page = forms.CharField(
        label=_("Page on which it happens"),
        required=False,
        max_length=PAGE_MAX,
        help_text=_("Address or title of the page. We have filled in the page that you come from."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("What does not work?"),
        max_length=5_000,
        help_text=_(
            "Please say what you wanted to do, what happened, and which aids you use, such as a screen reader."
        ),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    name = forms.CharField(
        label=_("Your name"), required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("For our answer and for a copy of your report."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = ("page", "description", "name", "email")


class FeedbackForm(TrapMixin):
    """Whether a page was helpful, and a comment."""

    page = forms.CharField(required=False, widget=forms.HiddenInput)
    helpful = forms.TypedChoiceField(
        label=_("Was this page helpful?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Please choose “Yes” or “No”.")},
    )
    text = forms.CharField(
        label=_("What helped, what is missing?"),
        required=False,
        max_length=2_000,
        help_text=_("Please no names, telephone numbers or e-mail addresses."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any] | None:
        """Put the page's path in the place of its signature; it must be one that the portal has put a form on.

        Raises:
            ValidationError: the form names another page.
        """
        cleaned = super().clean() or {}
        try:
            return {**cleaned, "page": _signer.unsign(cleaned.get("page", ""))}
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("This form is no longer valid. Please open the page again and send it from there.")
            ) from error


def signed_page(request: HttpRequest) -> str:
    """Return the path of a page for its feedback form, so that no answers to other pages can be made up."""
    return _signer.sign(request.path[:PAGE_MAX])


def own_path(request: HttpRequest, address: str) -> str:
    """Return the path (and query) of an address of this portal; empty for any other, and for what is too long."""
    if len(address) > PAGE_MAX or any(ord(character) < ord(" ") for character in address):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc:
        if parts.scheme not in {"http", "https"} or parts.netloc != request.get_host():
            return ""
        address = address.split(parts.netloc, 1)[1]
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else ""
