"""The conditions under which a programme may be applied for: declared values, never code."""

import re
from functools import reduce
from operator import and_, or_
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from funding.models.programmes import Programme
from funding.vocabularies import ConditionKind, PublicApplicant, YesNo
from portal.directory.models import Association, District, Land, Municipality
from portal.fields import ChoicesField, LinesField

NEEDED: dict[str, tuple[str, ...]] = {
    ConditionKind.PLACE: ("places",),
    ConditionKind.APPLICANT: ("applicants",),
    ConditionKind.INHABITANTS: ("minimum", "maximum"),
    ConditionKind.MEMBERSHIP: ("demanded",),
    ConditionKind.URBANISATION: ("urbanisation",),
    ConditionKind.PREVIOUS: ("demanded",),
    ConditionKind.PARTNERS: ("minimum",),
    ConditionKind.PROJECT: ("question",),
}
"""Which fields say what a condition of a kind demands; at least one of them is filled, and none of the others."""

DEMANDS = ("places", "applicants", "minimum", "maximum", "demanded", "urbanisation", "question")

LEVELS = {2: Land, 5: District, 9: Association, 8: Municipality}
"""What the length of an official key says about the place."""


def _is_empty(name: str) -> Q:
    match name:
        case "places" | "applicants" | "urbanisation":
            return Q(**{name: []})
        case "minimum" | "maximum":
            return Q(**{f"{name}__isnull": True})
        case _:
            return Q(**{name: ""})


def _says_what_it_demands() -> Q:
    ways = []
    for kind, needed in NEEDED.items():
        says_something = reduce(or_, [~_is_empty(name) for name in needed])
        says_no_more = reduce(and_, [_is_empty(name) for name in DEMANDS if name not in needed])
        ways.append(Q(kind=str(kind)) & says_something & says_no_more)
    return reduce(or_, ways)


class Condition(models.Model):
    """One condition of a guideline, with where it stands there.

    Attributes:
        places: official keys of Länder, districts, associations or municipalities, one of which it lies in.
        minimum, maximum: inhabitants, or (the minimum alone) partner municipalities.
        demanded: whether the membership, or the earlier funding, is demanded or excluded.
        question: what must be so, as a statement that an applicant can answer with yes or no.
        source: where the guideline says so.
    """

    programme = ParentalKey(Programme, related_name="conditions", verbose_name=_("programme"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("An applicant …"), max_length=14, choices=ConditionKind)
    places = LinesField(
        models.CharField(max_length=9),
        verbose_name=_("official keys of the places"),
        default=list,
        blank=True,
        help_text=_("One in each line: a Land has 2 digits, a district 5, an association 9, a municipality 8."),
    )
    applicants = ChoicesField(
        models.CharField(max_length=8, choices=PublicApplicant),
        verbose_name=_("kinds of applicant"),
        default=list,
        blank=True,
    )
    minimum = models.PositiveIntegerField(
        _("at least"), null=True, blank=True, help_text=_("Inhabitants, or partner municipalities.")
    )
    maximum = models.PositiveIntegerField(_("at most"), null=True, blank=True, help_text=_("Inhabitants."))
    demanded = models.CharField(
        _("demanded?"),
        max_length=4,
        choices=YesNo,
        blank=True,
        help_text=_("Yes: it must be so. No: it must not be so."),
    )
    urbanisation = ChoicesField(
        models.PositiveSmallIntegerField(choices=Municipality.Urbanisation),
        verbose_name=_("degree of urbanisation"),
        default=list,
        blank=True,
    )
    question = models.CharField(
        _("what must be so"),
        max_length=300,
        blank=True,
        help_text=_("A statement that can be answered with yes or no: “There is a digital strategy that was adopted.”"),
    )
    source = models.CharField(
        _("where the guideline says so"), max_length=200, help_text=_("For example: no. 3.1 of the guideline.")
    )

    sort_order_field = "position"

    class Meta:
        """A condition demands something, and nothing of another kind."""

        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_says_what_it_demands(),
                name="funding_condition_demands_something",
                violation_error_message=_("This condition does not say what it demands, or says more than its kind."),
            ),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(maximum=None) | Q(maximum__gte=F("minimum")),
                name="funding_condition_range",
                violation_error_message=_("The highest number lies below the lowest: nobody could ever fit."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=ConditionKind.PARTNERS.value) | Q(minimum__gte=1),
                name="funding_condition_partners",
                violation_error_message=_("At least one partner municipality has to be demanded."),
            ),
            models.CheckConstraint(
                condition=Q(applicants__contained_by=list(PublicApplicant.values))
                & Q(urbanisation__contained_by=list(Municipality.Urbanisation.values))
                & Q(demanded__in=["", *YesNo.values]),
                name="funding_condition_known_codes",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="funding_condition_has_a_source"),
        ]
        indexes: ClassVar = [
            # The lists ask for the conditions of every programme that an applicant does not meet.
            models.Index(
                fields=["kind"],
                include=["id", "programme", "places", "applicants", "minimum", "maximum", "demanded", "urbanisation"],
                name="funding_condition_by_kind",
            ),
        ]

    def __str__(self) -> str:
        """What it is about."""
        return self.get_kind_display()

    def clean(self) -> None:
        """Check that it demands something of its kind, and that its keys exist.

        Raises:
            ValidationError: with the field's name.
        """
        needed = NEEDED.get(self.kind, ())
        given = [name for name in DEMANDS if getattr(self, name) not in ("", [], None)]
        problems = {name: gettext("This kind of condition does not need it.") for name in given if name not in needed}
        if needed and not any(name in given for name in needed):
            problems[needed[0]] = gettext("Please say what this condition demands.")
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            problems["maximum"] = gettext("The highest number lies below the lowest: nobody could ever fit.")
        if self.kind == ConditionKind.PARTNERS and self.minimum == 0:
            problems["minimum"] = gettext("At least one partner municipality has to be demanded.")
        if unknown := unknown_places(self.places):
            problems["places"] = gettext("The register does not know these keys: %(keys)s.") % {
                "keys": ", ".join(unknown)
            }
        if problems:
            raise ValidationError(problems)


def unknown_places(keys: list[str]) -> list[str]:
    """Return the keys that no place of the register has today; one statement for each level."""
    known: set[str] = set()
    for length, level in LEVELS.items():
        some = [key for key in keys if len(key) == length and re.fullmatch(r"[0-9]+", key)]
        if some:
            rows: models.QuerySet[Land | District | Association | Municipality] = level.objects.current()  # type: ignore[attr-defined]
            known |= set(rows.filter(pk__in=some).values_list("pk", flat=True))
    return [key for key in keys if key not in known]
