"""Tags and filters that every template has without loading them."""

from django import template
from django.template.defaultfilters import floatformat

register = template.Library()


@register.filter
def figure(value: float | None) -> str:
    """Write a number for people: grouped, with one decimal only where it says something; a dash for "cannot be said"."""
    if value is None:
        return "–"
    return str(floatformat(value, "-1g"))
