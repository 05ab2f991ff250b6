"""Forms about actors. They check what was typed; whether somebody may do it, the services ask."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.directory.actors.organisations import PROFILE
from portal.directory.models import (
    ROLE_MEANINGS,
    DelegatedTask,
    Function,
    Invitation,
    Membership,
    Organisation,
    PersonProfile,
    Role,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


def role_choices() -> "list[tuple[str, StrOrPromise]]":
    """List the roles with what each allows."""
    return [(role.value, f"{role.label} – {ROLE_MEANINGS[role]}") for role in Role]


class JoinForm(forms.Form):
    """Who somebody is, and what shows it where that is needed."""

    function = forms.ChoiceField(label=_("Your function"), choices=Function.choices, initial=Function.CLERK)
    message = forms.CharField(
        label=_("Message to those who represent it"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They see your name and this message."),
    )
    ask_centre = forms.BooleanField(
        label=_("Nobody there can confirm me: ask the competence centre instead"),
        required=False,
        help_text=_("For instance because those who represented the organisation have left."),
    )
    evidence = forms.CharField(
        label=_("What shows that you work there?"),
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("For example a page of the organisation with your name, or whom we can ask there by telephone."),
    )

    def __init__(self, *args: Any, way: str, **kwargs: Any) -> None:
        """Ask only what the way needs: ``domain``, ``request`` or ``claim``."""
        super().__init__(*args, **kwargs)
        if way != "request":
            del self.fields["message"], self.fields["ask_centre"]
        if way == "domain":
            del self.fields["evidence"]
        if way == "request":
            self.fields["evidence"].help_text = _("Only needed if you ask the competence centre.")


class InviteForm(forms.ModelForm[Invitation]):
    """Whom to invite, and as what."""

    role = forms.ChoiceField(label=_("Role"), choices=role_choices, initial=Role.READER, widget=forms.RadioSelect)

    class Meta:
        """What an invitation says."""

        model = Invitation
        fields = ("email", "function", "role", "message")
        widgets = {  # noqa: RUF012 - Django declares it as a plain attribute
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "message": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {  # noqa: RUF012 - as above
            "email": _("The invitation goes to this address and is valid for 14 days."),
        }


class MembershipForm(forms.ModelForm[Membership]):
    """What a member is and may do."""

    role = forms.ChoiceField(label=_("Role"), choices=role_choices, widget=forms.RadioSelect)

    class Meta:
        """Nothing else changes."""

        model = Membership
        fields = ("function", "role")


class RoleForm(forms.Form):
    """With which role a request is confirmed."""

    role = forms.ChoiceField(choices=Role.choices)


class HandOverForm(forms.Form):
    """To whom, and what becomes of oneself."""

    to = forms.ModelChoiceField(
        label=_("Hand over to"), queryset=Membership.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    afterwards = forms.ChoiceField(
        label=_("And you?"),
        choices=[("stay", _("I stay as a contributor.")), ("leave", _("I leave the organisation."))],
        initial="stay",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, members: QuerySet[Membership], **kwargs: Any) -> None:
        """Take the other members."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = members
        field.label_from_instance = lambda one: f"{one.person} – {one.get_function_display()}, {one.get_role_display()}"


class DecideForm(forms.Form):
    """What the centre decides about a claim."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("accept", _("Accept: the person represents the organisation")), ("reject", _("Reject"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed for a rejection. The person reads it."),
    )


class DelegationForm(forms.Form):
    """With whom, and in what."""

    other = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    tasks = forms.MultipleChoiceField(
        label=_("Tasks"), choices=DelegatedTask.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, others: QuerySet[Organisation], **kwargs: Any) -> None:
        """Take the organisations that belong together with one's own."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["other"]
        field.queryset = others
        field.label_from_instance = lambda one: f"{one.name} ({one.get_kind_display()})"


class ProfileForm(forms.ModelForm[Organisation]):
    """What an organisation says about itself."""

    class Meta:
        """The fields that those who work there write."""

        model = Organisation
        fields = PROFILE
        widgets = {  # noqa: RUF012 - Django declares it as a plain attribute
            "description": forms.Textarea(attrs={"rows": 6}),
            "website": forms.URLInput(attrs={"autocomplete": "url"}),
        }


class OfficialDataForm(forms.ModelForm[Organisation]):
    """What the centre says about an organisation."""

    class Meta:
        """For places of the register only the domain."""

        model = Organisation
        fields = ("name", "short_name", "land", "official_domain")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out what the register says."""
        super().__init__(*args, **kwargs)
        if self.instance.is_of_the_register:
            for name in ("name", "short_name", "land"):
                del self.fields[name]


class CreateForm(forms.ModelForm[Organisation]):
    """An organisation that no register knows."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[choice for choice in Organisation.Kind.choices if choice[0] not in Organisation.OF_THE_REGISTER],
    )

    class Meta:
        """What it is."""

        model = Organisation
        fields = ("kind", "name", "short_name", "land", "official_domain")


class PersonProfileForm(forms.ModelForm[PersonProfile]):
    """What somebody tells of herself, each detail with its audience."""

    class Meta:
        """All of it."""

        model = PersonProfile
        fields = (
            "page_audience",
            "function_title",
            "function_title_audience",
            "about",
            "about_audience",
            "expertise",
            "expertise_audience",
            "links",
            "links_audience",
            "memberships_audience",
        )
        widgets = {  # noqa: RUF012 - Django declares it as a plain attribute
            "about": forms.Textarea(attrs={"rows": 5}),
            "function_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
        }
