"""Typical undertakings, and what helps with each."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import ListView

from funding.models import Undertaking
from funding.services.undertakings import help_with
from portal.directory.services import my_municipality
from portal.views import VisibleDetailView, VisibleMixin


class UndertakingListView(VisibleMixin[Undertaking], ListView[Undertaking]):
    """All typical undertakings, in the order of the alphabet."""

    model = Undertaking
    template_name = "funding/undertakings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way back."""
        trail = [(_("Funding programmes"), reverse("funding:programme_list"))]
        return super().get_context_data(trail=trail, **kwargs)


class UndertakingView(VisibleDetailView[Undertaking]):
    """One undertaking: programmes, guides and all else that helps, each with its reason."""

    model = Undertaking
    template_name = "funding/undertaking.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather what helps."""
        municipality = my_municipality(self.request)
        return super().get_context_data(
            trail=[
                (_("Funding programmes"), reverse("funding:programme_list")),
                (_("Typical undertakings"), reverse("funding:undertakings")),
            ],
            groups=help_with(self.object, municipality, self.request.user),
            **kwargs,
        )
