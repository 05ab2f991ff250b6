"""Forms for what people follow."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.following.models import RHYTHMS
from portal.notifications.models import Rhythm


class FollowForm(forms.Form):
    """What a saved search is called, and how often its owner is told."""

    title = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("By it you recognise it in mails and in your list.")
    )
    rhythm = forms.ChoiceField(
        label=_("How often do you want to be told?"), choices=RHYTHMS, widget=forms.RadioSelect, initial=Rhythm.WEEKLY
    )


class FollowByMailForm(FollowForm):
    """The same for somebody without an account."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("You get a mail with a link. Only once you have confirmed there do mails come."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    rhythm = forms.ChoiceField(
        label=_("How often do you want to be told?"),
        choices=[(value, label) for value, label in RHYTHMS if value != Rhythm.PORTAL],
        widget=forms.RadioSelect,
        initial=Rhythm.WEEKLY,
    )


class RhythmForm(forms.Form):
    """How often, for one that is there."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHMS)
