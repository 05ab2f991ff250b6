"""Tags and filters that every template has without loading them."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django import template
from django.contrib.auth.models import AnonymousUser
from django.forms import BoundField
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from portal.areas import areas
from portal.privacy import FORMER_MEMBER

if TYPE_CHECKING:
    from django.core.paginator import Paginator

register = template.Library()


@register.simple_tag
def footer_links() -> list[dict[str, object]]:
    """List the footer's entries that are for everybody. Asks neither context nor database: error pages have none."""
    return [
        {"label": item.label, "url": reverse(item.url_name), "icon": item.icon, "about_page": item.about_page}
        for item in areas.each("footer")
        if item.visible_to(AnonymousUser())
    ]


@register.filter
def figure(value: float | None) -> str:
    """Write a number for people: grouped, one decimal only where it says something, a dash for "cannot be said"."""
    if value is None:
        return "–"
    return str(floatformat(value, "-1g"))


@register.filter
def moment(value: datetime) -> str:
    """Write a moment as HTML's ``time`` wants it: microseconds are not allowed there."""
    return timezone.localtime(value).isoformat(timespec="seconds")


@register.filter
def alert_kind(level: str) -> str:
    """Translate the level of a message to one of the four kinds of notices that KERN knows."""
    return {"error": "danger", "debug": "info", "": "info"}.get(level, level)


@register.filter
def page_numbers(paginator: "Paginator[object]", current: int) -> Iterator[int | None]:
    """List the pages worth a link, first and last among them; None stands for a gap."""
    for number in paginator.get_elided_page_range(current, on_each_side=1, on_ends=1):
        yield number if isinstance(number, int) else None


@register.filter
def with_class(field: BoundField, name: str) -> SafeString:
    """Draw a form's field with a class; hint and error messages are attached to it by Django.

    Placeholders of libraries are left out: they say what the label says, and are gone once somebody types.
    """
    return field.as_widget(attrs={"class": name, "placeholder": False})


@register.filter
def person_name(person: object) -> str:
    """Name a person; where the account is gone, say so (C-21)."""
    return str(person) if person else str(FORMER_MEMBER)
