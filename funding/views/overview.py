"""Overviews: how current the programmes are, for everybody; the landscape, for those who shape it."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from funding.permissions import can_see_landscape
from funding.services.overview import freshness, landscape
from portal.permissions import enforce


class FreshnessView(TemplateView):
    """How current the programmes are."""

    template_name = "funding/freshness.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count."""
        trail = [(_("Funding programmes"), reverse("funding:programme_list"))]
        return super().get_context_data(trail=trail, freshness=freshness(), **kwargs)


class LandscapeView(LoginRequiredMixin, TemplateView):
    """Programmes by field, level and state, gaps, and coming deadlines."""

    template_name = "funding/landscape.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let in those who shape the landscape.

        Raises:
            PermissionDenied: anybody else who is signed in.
        """
        enforce(can_see_landscape(request.user))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Survey."""
        trail = [(_("Funding programmes"), reverse("funding:programme_list"))]
        return super().get_context_data(trail=trail, landscape=landscape(), **kwargs)
