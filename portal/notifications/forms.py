"""Forms of the notifications."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.areas import NotificationKind, areas
from portal.notifications.models import Recipient, Rhythm


class PreferencesForm(forms.Form):
    """How often somebody is told of each kind of thing, and when not.

    The fields of the kinds are called ``kind-<slug>``; mandatory kinds have none.
    """

    quiet_from = forms.TimeField(
        label=_("No mails from"),
        required=False,
        widget=forms.TimeInput(format="%H:%M"),
        help_text=_("HH:MM, for instance 18:00. What would go out at once waits until the quiet hours are over."),
    )
    quiet_until = forms.TimeField(
        label=_("No mails until"),
        required=False,
        help_text=_("HH:MM, for instance 08:00."),
        widget=forms.TimeInput(format="%H:%M"),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, recipient: Recipient, chosen: dict[str, str], **kwargs: Any) -> None:
        """Begin with what was chosen so far."""
        super().__init__(*args, **kwargs)
        self.recipient = recipient
        for name in ("quiet_from", "quiet_until", "language"):
            self.initial[name] = getattr(recipient, name)
        for kind in self.optional:
            self.fields[self.name_of(kind)] = forms.ChoiceField(
                label=kind.label,
                help_text=kind.description,
                required=False,
                choices=[*([("", _("as chosen for each"))] if kind.has_own_rhythm else []), *Rhythm.choices],
            )
            self.initial[self.name_of(kind)] = chosen.get(kind.slug, "" if kind.has_own_rhythm else kind.rhythm)
        self.order_fields([self.name_of(kind) for kind in self.optional])

    @property
    def optional(self) -> list[NotificationKind]:
        """The kinds that can be chosen and that concern this recipient."""
        viewer = self.recipient.viewer
        return [one for one in areas.each("notifications") if not one.is_mandatory and one.concerns(viewer)]

    @staticmethod
    def name_of(kind: NotificationKind) -> str:
        """Return the name of a kind's field."""
        return f"kind-{kind.slug}"

    def clean(self) -> dict[str, Any]:
        """Refuse quiet hours with one end."""
        values = cast("dict[str, Any]", super().clean())
        first, last = values.get("quiet_from"), values.get("quiet_until")
        if not self.errors and (first is None) != (last is None):
            name = "quiet_until" if last is None else "quiet_from"
            self.add_error(name, ValidationError(_("Please give both ends of the quiet hours, or none.")))
        return values
