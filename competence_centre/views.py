"""The home page, composed from what the areas declare."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.views.generic import TemplateView

from portal.areas import areas


class HomeView(TemplateView):
    """What is here for my municipality; the areas with their figures."""

    template_name = "home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather the areas' figures and cards."""
        overview = []
        for area in areas:
            url = next((reverse(item.url_name) for item in area.navigation), None)
            figures = [
                {"label": indicator.label, "value": value, "unit": indicator.unit}
                for indicator in area.indicators
                if indicator.public and (value := indicator.evaluate()) is not None
            ]
            overview.append({"area": area, "url": url, "indicators": figures})
        cards = [
            render_to_string(card.template, dict(context), request=self.request)
            for card in areas.each("cards")
            if (context := card.context(self.request)) is not None
        ]
        return super().get_context_data(areas_overview=overview, cards=cards, **kwargs)
