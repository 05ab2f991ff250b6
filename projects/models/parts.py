"""What belongs to a project: places, partners, suppliers, evidence, effects, risks, money, links, pictures, files."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from funding.models import Programme
from portal.content.models import Document, Image
from portal.directory.models import Association, District, Municipality, Organisation
from portal.directory.vocabularies import FieldOfAction
from portal.gathering import Kind, by_position, gather
from projects.models.counted import HOW_WELL_SHOWN, WHERE_IT_IS, recounts
from projects.models.projects import Project
from projects.vocabularies import CHECKED_GRADES, Criterion, Effect, Grade, LinkKind, RiskKind


class Part(models.Model):
    """Something that belongs to a project, in an order of its own."""

    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)

    sort_order_field = "position"

    class Meta:
        """In the order given."""

        abstract = True
        ordering: ClassVar = ["position", "pk"]


class ProjectPlace(Part):
    """Where a project is: one municipality, one district or one association."""

    project = ParentalKey(Project, related_name="places", verbose_name=_("project"))
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("municipality")
    )
    association = models.ForeignKey(
        Association,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("association of municipalities"),
    )
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )

    class Meta(Part.Meta):
        """Exactly one place, each once."""

        verbose_name = _("place of a project")
        verbose_name_plural = _("places of projects")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(municipality__isnull=False, association=None, district=None)
                | Q(municipality=None, association__isnull=False, district=None)
                | Q(municipality=None, association=None, district__isnull=False),
                name="projects_projectplace_one",
                violation_error_message=_("Please name one place: a municipality, an association or a district."),
            ),
            *(
                models.UniqueConstraint(fields=["project", kind], name=f"projects_projectplace_{kind}_once")
                for kind in ("municipality", "association", "district")
            ),
        ]
        triggers: ClassVar = [
            recounts("projects_where_it_is", WHERE_IT_IS.format(condition="id = changed")),
            recounts("projects_how_well_shown_elsewhere", HOW_WELL_SHOWN.format(condition="id = changed")),
        ]

    def __str__(self) -> str:
        """The place's name."""
        return str(self.place)

    @property
    def place(self) -> "Municipality | Association | District | None":
        """The place."""
        return self.municipality or self.association or self.district

    def label(self) -> str:
        """Name it so that it cannot be taken for another."""
        if self.municipality is not None:
            return self.municipality.label()
        return str(self.place)


class Partner(Part):
    """Who took part, with the kind of actor."""

    project = ParentalKey(Project, related_name="partners", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=16, choices=Organisation.Kind)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("part in it"), max_length=200, blank=True, help_text=_("For example runs the sensors."))

    class Meta(Part.Meta):
        """In the order given."""

        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self) -> str:
        """The name."""
        return self.name


class Supplier(Part):
    """Who supplied something: a fact with its licence and at least one alternative, never a recommendation."""

    project = ParentalKey(Project, related_name="suppliers", verbose_name=_("project"))
    name = models.CharField(_("supplier"), max_length=200)
    product = models.CharField(_("product or service"), max_length=200)
    licence = models.CharField(_("licence"), max_length=200, help_text=_("For example EUPL 1.2, or closed source."))
    alternatives = models.CharField(
        _("alternatives"), max_length=500, help_text=_("What else would have been possible, with at least one name.")
    )

    class Meta:
        """By name: nobody stands first for money."""

        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering: ClassVar = ["name", "product", "pk"]

    def __str__(self) -> str:
        """Product and name."""
        return f"{self.product} ({self.name})"


class Evidence(Part):
    """What shows that a project meets one of the three criteria of the nine-point plan."""

    project = ParentalKey(Project, related_name="evidence", verbose_name=_("project"))
    criterion = models.CharField(_("criterion"), max_length=16, choices=Criterion)
    claim = models.CharField(
        _("what it achieves"), max_length=300, help_text=_("One sentence that others could check.")
    )
    measured = models.CharField(_("what was measured"), max_length=120, blank=True)
    before = models.DecimalField(_("before"), max_digits=14, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(_("after"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True, help_text=_("For example days, euros a year, %."))
    method = models.CharField(
        _("how it was measured"), max_length=300, blank=True, help_text=_("When, by whom, of how many.")
    )
    source = models.CharField(_("source"), max_length=300, blank=True, help_text=_("Where others can read it."))
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    grade = models.CharField(_("grade"), max_length=12, choices=Grade, default=Grade.CLAIMED)
    checked_by = models.CharField(
        _("checked by"), max_length=200, blank=True, help_text=_("A function or an organisation, no name of a person.")
    )
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    class Meta(Part.Meta):
        """A grade has what it needs; figures come in pairs and have a unit."""

        verbose_name = pgettext_lazy("project", "evidence")
        verbose_name_plural = pgettext_lazy("project, several", "evidence")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(grade__in=CHECKED_GRADES) | (~Q(checked_by="") & Q(checked_on__isnull=False)),
                name="projects_evidence_checked_by_somebody",
                violation_error_message=_("Please say who has checked this, and when."),
            ),
            models.CheckConstraint(
                condition=~Q(grade=Grade.DOCUMENTED) | ~Q(source="") | ~Q(source_url=""),
                name="projects_evidence_documented_somewhere",
                violation_error_message=_("What is documented names its source."),
            ),
            models.CheckConstraint(
                condition=Q(before=None, after=None) | (Q(after__isnull=False) & ~Q(unit="")),
                name="projects_evidence_figures_have_a_unit",
                violation_error_message=_("A figure needs its value after the change, and a unit."),
            ),
            models.CheckConstraint(condition=Q(criterion__in=Criterion.values), name="projects_evidence_criterion"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="projects_evidence_grade"),
        ]
        triggers: ClassVar = [recounts("projects_how_well_shown", HOW_WELL_SHOWN.format(condition="id = changed"))]

    def __str__(self) -> str:
        """The claim."""
        return self.claim

    @property
    def statement(self) -> list[str]:
        """What is claimed, word by word and figure by figure; ``CONFIRMED_BY_ANOTHER`` says the same in SQL."""
        before, after = ("" if value is None else f"{value:.2f}" for value in (self.before, self.after))
        return [self.claim, self.measured, before, after, self.unit]

    @property
    def figures_in_words(self) -> str:
        """What was measured before and after, in a line; empty where nothing was."""
        if self.after is None:
            return ""
        after = f"{_number(self.after)} {self.unit}"
        if self.before is None:
            said = after
        else:
            said = gettext("%(before)s before, %(after)s after") % {
                "before": f"{_number(self.before)} {self.unit}",
                "after": after,
            }
        return f"{self.measured}: {said}" if self.measured else said


def _number(value: Decimal) -> str:
    text = number_format(value, use_l10n=True, force_grouping=True)
    return text[:-3] if text.endswith((",00", ".00")) else text


class Interaction(Part):
    """How a project touches another field of action."""

    project = ParentalKey(Project, related_name="interactions", verbose_name=_("project"))
    effect = models.CharField(_("effect"), max_length=7, choices=Effect)
    field = models.CharField(_("field of action"), max_length=20, choices=FieldOfAction)
    sentence = models.CharField(_("how"), max_length=300)

    class Meta(Part.Meta):
        """Codes are known."""

        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(effect__in=Effect.values), name="projects_interaction_effect"),
            models.CheckConstraint(condition=Q(field__in=FieldOfAction.values), name="projects_interaction_field"),
        ]

    def __str__(self) -> str:
        """The sentence."""
        return self.sentence


class Risk(Part):
    """A risk or a side effect, and what is done against it."""

    project = ParentalKey(Project, related_name="risks", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=13, choices=RiskKind)
    description = models.CharField(_("what can happen"), max_length=300)
    countermeasure = models.CharField(_("what is done against it"), max_length=300)

    class Meta(Part.Meta):
        """Codes are known."""

        verbose_name = _("risk or side effect")
        verbose_name_plural = _("risks and side effects")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=RiskKind.values), name="projects_risk_kind"),
        ]

    def __str__(self) -> str:
        """What can happen."""
        return self.description


class Financing(Part):
    """Where the money came from: a funding programme that the portal knows, or something else in words."""

    project = ParentalKey(Project, related_name="financing", verbose_name=_("project"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("funding programme")
    )
    text = models.CharField(_("other source of money"), max_length=200, blank=True)
    share_percent = models.PositiveSmallIntegerField(_("share of the cost in %"), null=True, blank=True)

    class Meta(Part.Meta):
        """One of both; a share is one."""

        verbose_name = _("financing")
        verbose_name_plural = _("financing")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(programme__isnull=False, text="") | (Q(programme=None) & ~Q(text="")),
                name="projects_financing_one",
                violation_error_message=_("Please name a funding programme, or another source of money."),
            ),
            models.CheckConstraint(
                condition=Q(share_percent=None) | Q(share_percent__gte=1, share_percent__lte=100),
                name="projects_financing_share",
                violation_error_message=_("A share lies between 1 and 100."),
            ),
        ]

    def __str__(self) -> str:
        """Programme or text."""
        return str(self.programme or self.text)

    def clean(self) -> None:
        """Check the share.

        Raises:
            ValidationError: it is none.
        """
        if self.share_percent is not None and not 1 <= self.share_percent <= 100:  # noqa: PLR2004 - per cent
            raise ValidationError({"share_percent": _("A share lies between 1 and 100.")})


class ProjectLink(Part):
    """An address outside."""

    project = ParentalKey(Project, related_name="links", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=7, choices=LinkKind, default=LinkKind.SITE)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=500)

    class Meta(Part.Meta):
        """In the order given."""

        verbose_name = _("link of a project")
        verbose_name_plural = _("links of projects")

    def __str__(self) -> str:
        """The title."""
        return self.title


class Picture(Part):
    """A picture; what people hear who do not see it belongs to the picture."""

    project = ParentalKey(Project, related_name="pictures", verbose_name=_("project"))
    image = models.ForeignKey(Image, models.PROTECT, related_name="+", verbose_name=_("picture"))
    caption = models.CharField(_("caption"), max_length=200, blank=True)

    class Meta(Part.Meta):
        """In the order given."""

        verbose_name = _("picture of a project")
        verbose_name_plural = _("pictures of projects")

    def __str__(self) -> str:
        """The caption, or the picture's title."""
        return self.caption or str(self.image)


class ProjectFile(Part):
    """A file to take along, such as a council's paper."""

    project = ParentalKey(Project, related_name="files", verbose_name=_("project"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta(Part.Meta):
        """In the order given."""

        verbose_name = _("file of a project")
        verbose_name_plural = _("files of projects")

    def __str__(self) -> str:
        """The file's title."""
        return str(self.document)


def statements_of(project: Project) -> dict[str, list[list[str]]]:
    """Return what a project claims, by criterion."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    for one in project.evidence.all():
        found[one.criterion].append(one.statement)
    return found


PARTS: tuple[tuple[str, type[Part]], ...] = (
    ("partners", Partner),
    ("suppliers", Supplier),
    ("evidence", Evidence),
    ("interactions", Interaction),
    ("risks", Risk),
    ("financing", Financing),
    ("links", ProjectLink),
    ("pictures", Picture),
    ("files", ProjectFile),
)
"""What belongs to a project besides its places: name of the relation, and model."""

FURTHER: dict[str, tuple[str, type[models.Model], tuple[str, ...]]] = {
    "financing": ("programme", Programme, ("id", "slug", "title", "live")),
    "pictures": ("image", Image, tuple(field.attname for field in Image._meta.concrete_fields)),
    "files": ("document", Document, tuple(field.attname for field in Document._meta.concrete_fields)),
}
"""What of the parts leads to something else that a page shows, and which of its fields are needed for that."""


def _of_supplier(part: Supplier) -> tuple[object, ...]:
    """Sort by name: nobody stands first for money."""
    return (part.name, part.product, part.pk)


KINDS = [
    Kind(name=name, model=model, order=_of_supplier if model is Supplier else by_position, further=FURTHER.get(name))
    for name, model in PARTS
]


def fetch_parts(projects: Iterable[Project]) -> list[Project]:
    """Fetch all that belongs to projects in one statement, instead of one for each of nine kinds; return them."""
    rows = list(projects)
    gather(rows, "project", KINDS)
    return rows
