"""Days in forms, written as people write them here."""

from typing import Any

from django import forms
from django.forms import BaseModelForm


def days(form: BaseModelForm[Any], *names: str) -> None:
    """Let days be written as people write them here."""
    for name in names:
        field: Any = form.fields[name]
        field.localize = True
        field.widget = forms.DateInput(attrs={"placeholder": "TT.MM.JJJJ", "autocomplete": "off", "maxlength": 10})
        field.widget.is_localized = True
