import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from portal.fields import ChoicesField, LinesField


class Colour(models.TextChoices):
    RED = "red", "Red"
    BLUE = "blue", "Blue"


CHOICES = ChoicesField(models.CharField(max_length=4, choices=Colour), blank=True)
LINES = LinesField(models.CharField(max_length=4), blank=True)


def test_closed_list_is_chosen_by_checkboxes() -> None:
    field = CHOICES.formfield()
    assert isinstance(field.widget, forms.CheckboxSelectMultiple)
    assert field.clean(["blue", "red"]) == ["blue", "red"]
    with pytest.raises(ValidationError):
        field.clean(["green"])


def test_lines_become_a_list_and_a_list_becomes_lines() -> None:
    field = LINES.formfield()
    assert field.clean(" a, b\r\n\r\nc ") == ["a, b", "c"]
    assert field.clean("") == []
    assert field.prepare_value(["a, b", "c"]) == "a, b\nc"
    assert [field.has_changed(["a", "c"], "a\r\nc"), field.has_changed(["a"], "b")] == [False, True]
    with pytest.raises(ValidationError):
        field.clean("zu lang")


def test_a_list_that_is_needed_is_demanded() -> None:
    field = LinesField(models.CharField(max_length=4)).formfield()
    with pytest.raises(ValidationError):
        field.clean(" \n ")


@pytest.mark.parametrize("field", [CHOICES, LINES])
def test_migrations_know_a_plain_array(field: models.Field) -> None:
    assert field.deconstruct()[1] == "django.contrib.postgres.fields.ArrayField"
