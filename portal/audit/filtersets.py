"""The filters of the audit."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import django_filters
from django.apps import apps
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.models import AuditEventQuerySet, Verb
from portal.audit.names import actors_named
from portal.filters import ChoicesFilter, Facet, FilterSet, TextFilter

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

KINDS = sorted(
    ((model._meta.label_lower, model._meta.verbose_name or model.__name__) for model in apps.get_models()),
    key=lambda kind: kind[0],
)
"""Every kind of thing that a line can be about."""


class EventFilterSet(FilterSet):
    """Who, what, about what, and when."""

    q = TextFilter(method="search")
    since = django_filters.DateFilter(field_name="at", lookup_expr="date__gte", label=gettext_lazy("From"))
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label=gettext_lazy("To"))
    verb = ChoicesFilter(choices=Verb.choices, label=gettext_lazy("What"))
    object_type = ChoicesFilter(choices=KINDS, label=gettext_lazy("Kind of thing"))

    facets: ClassVar = (
        Facet(name="verb", field="verb", label=gettext_lazy("What"), choices=Verb.choices),
        Facet(name="object_type", field="object_type", label=gettext_lazy("Kind of thing"), choices=KINDS),
    )

    def search(self, events: AuditEventQuerySet, _name: str, words: str) -> AuditEventQuerySet:
        """Keep the lines of a person (name, address or key), of a request, of a thing's key, or with such a reason."""
        words = words.strip()
        if not words:
            return events
        try:
            key = UUID(words)
        except ValueError:
            people = actors_named(words)
            return events.filter(
                Q(actor__in=people)
                | Q(object_key__in=[str(one) for one in people])
                | Q(object_key=words)
                | Q(reason__icontains=words)
            )
        return events.filter(Q(actor=key) | Q(request=key) | Q(object_key=str(key)))

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """A period that ends before it begins is a problem, not an empty list."""
        found = dict(super().problems)
        if not found:
            since, until = self.form.cleaned_data["since"], self.form.cleaned_data["until"]
            if since and until and until < since:
                found["until"] = [_("This day lies before the first one.")]
        return found

    def value_label(self, name: str, value: Any) -> "StrOrPromise":
        """Write days as people do."""
        return date_format(value) if isinstance(value, date) else super().value_label(name, value)
