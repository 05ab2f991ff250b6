"""The filters of the list of people."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import PeopleQuerySet, Role, RoleGrant
from portal.filters import ChoicesFilter, FacetResult, FilterSet, TextFilter


class PeopleFilterSet(FilterSet):
    """Name or address, and roles of the centre."""

    q = TextFilter(method="search")
    role = ChoicesFilter(method="having", choices=Role.choices, label=_("Role of the centre"))

    def search(self, people: PeopleQuerySet, _name: str, words: str) -> PeopleQuerySet:
        """Keep those whose name or address has the words."""
        return people.filter(Q(display_name__icontains=words) | Q(email__icontains=words)) if words else people

    def having(self, people: PeopleQuerySet, _name: str, roles: list[str]) -> PeopleQuerySet:
        """Keep those who have one of the roles now."""
        return people.with_role(*roles) if roles else people

    def counts(self) -> tuple[int, list[FacetResult]]:
        """Count the roles among the people found: a role lies in rows of its own, so they are counted there."""
        number, facets = super().counts()
        if self.problems:
            return number, facets
        chosen = set(self.form.cleaned_data["role"] or ())
        people = self.filtered(without="role").order_by().values("pk")
        held = list(
            RoleGrant.objects.filter(ended_at=None, person__in=people).order_by().values_list("role", flat=True)
        )
        values: list[Any] = [
            {
                "value": role.value,
                "label": role.label,
                "count": held.count(role.value),
                "selected": role.value in chosen,
            }
            for role in Role
        ]
        label = self.filters["role"].label
        return number, [*facets, {"name": "role", "label": label, "values": values, "open": bool(chosen)}]
