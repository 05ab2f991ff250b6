"""What the home page is composed of: figures, cards, dates and recommendations that the areas declare."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from portal.areas import areas
from portal.directory.services import comparable_municipalities, my_municipality

if TYPE_CHECKING:
    from portal.content.models import HomePage
    from portal.directory.models import Municipality

DATES = 5
"""So many of the next dates and deadlines are announced."""

ALIKE = 5
"""So many municipalities like the reader's own are named."""


def context(page: "HomePage", request: HttpRequest) -> dict[str, Any]:
    """Gather everything the template shows but the headlines (see ``HomePage.headlines``)."""
    municipality = my_municipality(request)
    return {
        "areas_overview": _overview(),
        "cards": _cards(request),
        "upcoming": _upcoming(request, municipality),
        "similar": [entry.municipality for entry in comparable_municipalities(municipality, limit=ALIKE)]
        if municipality
        else [],
        "help_offers": _help_offers(page),
    }


def _overview() -> list[dict[str, Any]]:
    """List the areas with their address and their public figures."""
    overview = []
    today = timezone.localdate()
    for area in areas:
        url = next((reverse(item.url_name) for item in area.navigation), None)
        figures = [
            {"label": indicator.label, "value": value, "unit": indicator.unit}
            for indicator in area.indicators
            if indicator.is_headline and (value := indicator.measured(today)) is not None
        ]
        overview.append({"area": area, "url": url, "indicators": figures})
    return overview


def _cards(request: HttpRequest) -> list[str]:
    """Draw the blocks that the areas put on the home page."""
    return [
        render_to_string(card.template, dict(card_context), request=request)
        for card in areas.each("cards")
        if (card_context := card.context(request)) is not None
    ]


def _upcoming(request: HttpRequest, municipality: "Municipality | None") -> list[dict[str, Any]]:
    """Name the next dates and deadlines of all areas, soonest first."""
    entries = [
        {"on": entry.on, "label": entry.label, "url": entry.url, "kind": entry.kind, "area_label": area.label}
        for area in areas
        if area.upcoming is not None
        for entry in area.upcoming(request.user, municipality, DATES)
    ]
    return sorted(entries, key=lambda entry: entry["on"])[:DATES]


def _help_offers(page: "HomePage") -> list[Any]:
    """Return who helps, as the editors wrote it; linked pages of the same language share its name, unasked."""
    offers = [block.value for block in page.help_offers]
    for offer in offers:
        if offer["page"] is not None and offer["page"].locale_id == page.locale_id:
            offer["page"].locale = page.locale
    return offers
