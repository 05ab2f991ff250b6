"""Model fields that several apps share. For the database they are what Django has; only forms know the difference."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.utils import formats


class FriendlyArrayField(ArrayField):  # type: ignore[type-arg] # generic in the stubs alone
    """Base of arrays that people fill in by a field of another kind; kept as an array (ADR 0005)."""

    def deconstruct(self) -> Any:
        """Stand in migrations as the plain array it is."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs


class ChoicesField(FriendlyArrayField):
    """Any number of values of a closed list, chosen by checkboxes."""

    def formfield(self, **kwargs: Any) -> Any:  # noqa: ARG002 - Django passes what suits its own field
        """Offer checkboxes."""
        choices: Any = self.base_field.choices
        return forms.TypedMultipleChoiceField(
            choices=choices,
            coerce=self.base_field.to_python,
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


class LinesField(FriendlyArrayField):
    """Any number of short texts, one in each line."""

    def formfield(self, **kwargs: Any) -> Any:  # noqa: ARG002 - as above
        """Offer a text area."""
        line: Any = self.base_field.formfield()
        return LinesFormField(
            base_field=line,
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
        )


class LinesFormField(forms.CharField):
    """A text area with one value in each line; lines without text do not count."""

    widget = forms.Textarea

    def __init__(self, *, base_field: forms.Field, **kwargs: Any) -> None:
        """Take the field that each line is checked by."""
        super().__init__(**kwargs)
        self.base_field = base_field
        self.widget.attrs["rows"] = 3

    def prepare_value(self, value: Any) -> Any:
        """Show a list line by line; what was typed stays as it is."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override] # a list of lines, not one text
        """Split the lines."""
        lines = (line.strip() for line in str(value or "").splitlines())
        return [line for line in lines if line]

    def validate(self, value: Any) -> None:
        """Check each line.

        Raises:
            ValidationError: a line is not accepted, or there is none where one is needed.
        """
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        for line in value:
            self.base_field.clean(line)

    def run_validators(self, value: Any) -> None:
        """Do nothing: each line was checked by its own field."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lines."""
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class DatesField(FriendlyArrayField):
    """Any number of days, one in each line."""

    def formfield(self, **kwargs: Any) -> Any:  # noqa: ARG002 - as above
        """Offer a text area."""
        day: Any = forms.DateField(localize=True)
        return DatesFormField(
            base_field=day, required=not self.blank, label=self.verbose_name, help_text=self.help_text
        )


class DatesFormField(LinesFormField):
    """A text area with one day in each line, written as people write it."""

    def prepare_value(self, value: Any) -> Any:
        """Show each day in a line of its own; what was typed stays as it is."""
        if not isinstance(value, list):
            return value
        return "\n".join(
            formats.date_format(day, "SHORT_DATE_FORMAT") if isinstance(day, date) else str(day) for day in value
        )

    def to_python(self, value: Any) -> Any:
        """Read the days, each once and in their order.

        Raises:
            ValidationError: a line is no day.
        """
        return sorted({self.base_field.clean(line) for line in super().to_python(value)})

    def validate(self, value: Any) -> None:
        """Demand one where one is needed.

        Raises:
            ValidationError: there is none.
        """
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")
