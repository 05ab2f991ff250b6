"""The form of the search."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.filters import MAX_TEXT


class SearchForm(forms.Form):
    """One text. What cannot be understood is refused, never answered with more than was asked for."""

    q = forms.CharField(
        label=gettext_lazy("What are you looking for?"),
        max_length=MAX_TEXT,
        required=False,
        error_messages={"max_length": gettext_lazy("The search text is longer than %(limit_value)s characters.")},
    )

    def clean(self) -> None:
        """Refuse a second text and parameters that the search does not have."""
        if not isinstance(self.data, QueryDict):
            return
        if len(self.data.getlist("q")) > 1:
            self.add_error("q", _("Only one value is possible here."))
        for name in self.data:
            if name != "q":
                known = _("The parameter “%(name)s” is unknown. Known is: q.")
                self.add_error(None, known % {"name": name.replace("\x00", "")[:40]})
