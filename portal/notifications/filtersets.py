"""The filters of the log of mails."""

from typing import ClassVar

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.filters import ChoicesFilter, Facet, FilterSet, SortFilter
from portal.notifications.models import Delivery, DeliveryState

STATES = tuple((state, capfirst(str(label))) for state, label in DeliveryState.choices)


class DeliveryFilterSet(FilterSet):
    """By state."""

    facets: ClassVar = (Facet(name="state", field="state", label=_("State"), choices=STATES),)

    state = ChoicesFilter(choices=STATES, label=_("State"))
    sort = SortFilter(
        orders={"newest": ("-created_at", "-pk"), "oldest": ("created_at", "pk")},
        labels={"newest": _("Newest first"), "oldest": _("Oldest first")},
    )

    class Meta:
        """Of the deliveries."""

        model = Delivery
        fields: ClassVar[list[str]] = []
