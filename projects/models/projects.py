"""A project: its profile (Steckbrief, landscape 1.3), as municipalities and editors write it."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from portal.directory.models import Function, Organisation, SizeClass
from portal.directory.vocabularies import FieldOfAction
from portal.editing import Editorial, check_interval
from portal.fields import ChoicesField
from projects.models.finding import ProjectQuerySet, next_sizes
from projects.models.stages import MACHINE, Stage
from projects.vocabularies import (
    EFFORT_LIMITS,
    OPEN_LICENCES,
    RUNNING,
    TRIED_OUT,
    CostBand,
    Country,
    Criterion,
    Dpia,
    EffortBand,
    Grade,
    Known,
    Licence,
    Phase,
    SpatialEffect,
    Technology,
)

if TYPE_CHECKING:
    from django.http import HttpRequest
    from modelcluster.fields import ParentalKey  # noqa: F401 - for readers of the parts

    from portal.directory.models import Municipality

CONFIRM_DAYS = 182
"""Half a year: after that somebody is asked whether a project's entry is still right."""

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"

RESERVED_SLUGS = (
    *("karte", "matrix", "vergleich", "einlesen", "unsere", "neu", "sammlungen", "radar", "vorhaben", "eingereicht"),
    *("nachnutzung", "stimmt-noch", "liste", "geojson", "match", "kooperationen", "vorschlaege"),
)
"""Keys that would lead to another page."""

KEPT = (
    *("slug", "organisation", "demonstration", "stage", "created_at", "updated_at"),
    *("laender", "size_classes", "urbanisations", "criteria", "evidence_grade", "reuse_count"),
)
"""What belongs to the project and to none of its versions: its address, who writes it, where it stands, and what the
database counts."""

NAMED = 3
"""So many places are named before only their number is said."""


def in_a_line(names: Sequence[str]) -> str:
    """Name up to three; of more the first three and the number of the others."""
    if len(names) <= NAMED:
        return ", ".join(names)
    more = len(names) - NAMED
    further = ngettext("%(number)s more", "%(number)s more", more) % {"number": more}
    return f"{', '.join(names[:NAMED])} {gettext('and')} {further}"


def effort_band() -> Case:
    """SQL for the band that a number of days lies in; empty where nobody has said."""
    whens = [
        When(effort_days__lte=most, then=Value(band))
        for most, band in zip(EFFORT_LIMITS, EffortBand.values, strict=False)
    ]
    return Case(When(effort_days=None, then=Value("")), *whens, default=Value(EffortBand.HUGE.value))


def open_source() -> Case:
    """SQL for whether the software is open source; empty where nobody has said, or where there is none."""
    return Case(
        When(licence__in=OPEN_LICENCES, then=Value(Known.YES.value)),
        When(licence=Licence.CLOSED.value, then=Value(Known.NO.value)),
        default=Value(""),
    )


def _known(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__contained_by": list(choices.values)}), name=f"projects_project_{field}_known"
    )


class Project(Editorial, ClusterableModel):
    """A project.

    Attributes:
        organisation: who writes it; None: the centre itself, for example about a project abroad.
        stage: how far the newest version is on its way to readers; ``live`` says whether they see one.
        laender, size_classes, urbanisations: of its places; kept by the database.
        criteria, evidence_grade: which criteria something is shown for, and how well the best; kept by the database.
        reuse_count: how many organisations use it again; kept by the database.
        contact_function: whom to ask, by function: people change, functions stay.
    """

    slug = models.CharField(_("key"), max_length=120, unique=True, validators=[RegexValidator(SLUG)])
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("written by"),
        help_text=_("Empty: the competence centre."),
    )
    demonstration = models.BooleanField(_("invented for the demonstration"), default=False, editable=False)
    stage = models.CharField(
        _("stage of the newest version"), max_length=9, choices=Stage, default=Stage.WRITING, editable=False
    )

    title = models.CharField(_("title"), max_length=160, db_collation="de-x-icu")
    summary = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("What was done, for whom, and what came of it. At most 300 characters."),
    )
    description = models.TextField(
        _("description"), blank=True, max_length=8_000, help_text=_("Where you started, the solution, the steps.")
    )
    phase = models.CharField(_("phase"), max_length=12, choices=Phase, default=Phase.IDEA)
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on, or planned end"), null=True, blank=True)
    fields_of_action = ChoicesField(
        models.CharField(max_length=20, choices=FieldOfAction),
        verbose_name=_("fields of action"),
        default=list,
        blank=True,
    )
    spatial_effect = models.CharField(_("spatial effect"), max_length=14, choices=SpatialEffect, blank=True)

    country = models.CharField(_("country"), max_length=2, choices=Country, default=Country.DE)
    place_abroad = models.CharField(
        _("place abroad"),
        max_length=120,
        blank=True,
        help_text=_("For projects outside of Germany, for example Tartu."),
    )
    what_would_change = models.TextField(
        _("what would have to change in Germany"),
        blank=True,
        max_length=3_000,
        help_text=_("For projects outside of Germany: law, registers, responsibilities, money."),
    )

    cost_band = models.CharField(_("cost"), max_length=13, choices=CostBand, blank=True)
    cost_note = models.CharField(
        _("note on the cost"), max_length=300, blank=True, help_text=_("For example the running cost in a year.")
    )
    effort_days = models.PositiveIntegerField(
        _("effort in days of work"), null=True, blank=True, help_text=_("Of your own people, until it ran.")
    )
    effort_band = models.GeneratedField(
        expression=effort_band(),
        output_field=models.CharField(_("effort"), max_length=9, choices=EffortBand),
        db_persist=True,
    )

    technologies = ChoicesField(
        models.CharField(max_length=24, choices=Technology), verbose_name=_("technology"), default=list, blank=True
    )
    licence = models.CharField(_("licence of the software"), max_length=20, choices=Licence, blank=True)
    open_source = models.GeneratedField(
        expression=open_source(),
        output_field=models.CharField(_("open source"), max_length=4, choices=Known),
        db_persist=True,
    )
    repository = models.URLField(_("repository"), max_length=500, blank=True)
    reuse_conditions = models.TextField(
        _("conditions for using it again"),
        blank=True,
        max_length=2_000,
        help_text=_("What others need, and what you offer: access, help, contract."),
    )

    data_basis = models.TextField(
        _("data basis"), blank=True, max_length=2_000, help_text=_("Which data it needs, and where they come from.")
    )
    personal_data = models.CharField(_("personal data"), max_length=4, choices=Known, blank=True)
    dpia = models.CharField(
        _("data protection impact assessment"),
        max_length=12,
        choices=Dpia,
        blank=True,
        help_text=_("Art. 35 GDPR."),
    )

    transferable_sizes = ChoicesField(
        models.CharField(max_length=16, choices=SizeClass),
        verbose_name=_("suits municipalities of this size"),
        default=list,
        blank=True,
    )
    transfer_conditions = models.TextField(
        _("what others need for it"), blank=True, max_length=2_000, help_text=_("Prerequisites, in a few sentences.")
    )
    lessons_learnt = models.TextField(_("what we have learnt"), blank=True, max_length=4_000)
    done_differently = models.TextField(_("what we would do differently"), blank=True, max_length=4_000)

    contact_function = models.CharField(_("contact: function"), max_length=16, choices=Function, blank=True)
    contact_email = models.EmailField(
        _("contact: e-mail address"),
        blank=True,
        help_text=_("A mailbox of the office, not of a person. Only those who are signed in see it."),
    )

    laender = ArrayField(models.CharField(max_length=2), verbose_name=_("Länder"), default=list, editable=False)
    size_classes = ArrayField(
        models.CharField(max_length=16, choices=SizeClass),
        verbose_name=_("size of the municipality"),
        default=list,
        editable=False,
    )
    urbanisations = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("degrees of urbanisation"), default=list, editable=False
    )
    criteria = ArrayField(
        models.CharField(max_length=16, choices=Criterion),
        verbose_name=_("criteria with evidence"),
        default=list,
        editable=False,
    )
    evidence_grade = models.CharField(
        pgettext_lazy("project", "evidence"), max_length=12, choices=Grade, blank=True, default="", editable=False
    )
    reuse_count = models.PositiveIntegerField(_("used again by"), default=0, editable=False)

    check_interval_days = check_interval(CONFIRM_DAYS)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        """Codes come from the closed lists; what is published is complete; the stage goes no way but the declared."""

        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            _known("fields_of_action", FieldOfAction),
            _known("technologies", Technology),
            _known("transferable_sizes", SizeClass),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__in": [*choices.values, *([""] if blank else [])]}),
                    name=f"projects_project_{field}_known",
                )
                for field, choices, blank in (
                    ("phase", Phase, False),
                    ("spatial_effect", SpatialEffect, True),
                    ("country", Country, False),
                    ("cost_band", CostBand, True),
                    ("licence", Licence, True),
                    ("personal_data", Known, True),
                    ("dpia", Dpia, True),
                    ("stage", Stage, False),
                )
            ),
            models.CheckConstraint(condition=Q(slug__regex=SLUG), name="projects_project_slug"),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="projects_project_slug_is_no_page",
                violation_error_message=_("This key is the address of another page. Please choose another one."),
            ),
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="projects_project_period",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=~Q(live=True)
                | (~Q(title="") & ~Q(summary="") & ~Q(fields_of_action=[]) & Q(first_published_at__isnull=False)),
                name="projects_project_live_complete",
                violation_error_message=_(
                    "A title, a summary and a field of action are needed before it can be published."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(live=True) | ~Q(phase=Phase.FAILED.value) | Q(lessons_learnt__regex=r"\S"),
                name="projects_project_failure_says_what_was_learnt",
                violation_error_message=_("Of a project that failed it is said what others can learn from it."),
            ),
            models.CheckConstraint(
                condition=~Q(live=True) | Q(country="DE") | (~Q(place_abroad="") & ~Q(what_would_change="")),
                name="projects_project_abroad_complete",
                violation_error_message=_(
                    "Of a project abroad it is said where it is, and what would have to change in Germany."
                ),
            ),
        ]
        triggers: ClassVar = [MACHINE.trigger("projects_project_stages")]
        indexes: ClassVar = [
            GinIndex(fields=["fields_of_action"], name="projects_project_fields"),
            models.Index(fields=["title", "id"], name="projects_project_title"),
            models.Index(fields=["organisation", "stage"], name="projects_project_of"),
            # Facets, matrix and indicators are counted from this alone, without reading the pages with the long texts.
            models.Index(
                fields=["live"],
                include=[
                    *("id", "phase", "fields_of_action", "laender", "size_classes", "urbanisations", "criteria"),
                    *("cost_band", "effort_band", "evidence_grade", "open_source", "technologies", "country"),
                    *("reuse_count", "transferable_sizes", "checked_on", "check_interval_days", "spatial_effect"),
                ],
                name="projects_project_live_facets",
            ),
        ]

    if TYPE_CHECKING:
        places: Any
        evidence: Any
        financing: Any
        steps: Any
        reuses: Any

    def __str__(self) -> str:
        """The title."""
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("projects:project_detail", args=[self.slug])

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """Make the object of one version; address, writer, stage and what is counted are always those of today."""
        version = super().with_content_json(content)
        for name in KEPT:
            setattr(version, name, getattr(self, name))
        return version

    def get_preview_template(self, request: "HttpRequest", mode_name: str) -> str:  # noqa: ARG002 - one page for all
        """Show editors the page that readers see."""
        return "projects/project_detail.html"

    def get_preview_context(self, request: "HttpRequest", mode_name: str) -> dict[str, Any]:  # noqa: ARG002 - as above
        """Give that page the project."""
        return {"request": request, "object": self, "project": self, "trail": self.trail()}

    def trail(self) -> list[tuple[str, str]]:
        """Name the pages above its own."""
        return [(gettext("Projects"), reverse("projects:project_list"))]

    # --- what it says ---

    def labels(self, name: str) -> list[str]:
        """Return what people call the codes in one of the closed lists, in the list's order."""
        field: Any = self._meta.get_field(name)
        return [str(label) for code, label in field.base_field.choices if code in getattr(self, name)]

    @property
    def effort_in_words(self) -> str:
        """The band that its effort lies in; empty where nobody has said."""
        return str(EffortBand(self.effort_band).label) if self.effort_band else ""

    @property
    def open_source_in_words(self) -> str:
        """Whether its software is open source; empty where nobody has said."""
        return str(Known(self.open_source).label) if self.open_source else ""

    @property
    def is_running(self) -> bool:
        """Whether it works day by day."""
        return self.phase in RUNNING

    @property
    def is_a_failure(self) -> bool:
        """Whether it failed; what was learnt from it stands first then."""
        return self.phase == Phase.FAILED

    @property
    def is_of_a_supplier(self) -> bool:
        """Whether a company writes about what it sells; readers are told so."""
        return self.organisation is not None and self.organisation.kind == Organisation.Kind.COMPANY

    @property
    def writer(self) -> str:
        """The name of who writes it."""
        return self.organisation.name if self.organisation is not None else gettext("Competence centre")

    def marks(self) -> list[str]:
        """Say what readers have to know wherever it is shown; needs ``organisation`` in lists."""
        said = []
        if self.is_of_a_supplier:
            said.append(gettext("A supplier's own entry"))
        if self.is_check_overdue:
            said.append(gettext("Not confirmed for a long time"))
        return said

    def place_names(self) -> list[str]:
        """Name its places, each so that it cannot be taken for another; needs ``for_lists()`` in lists."""
        if self.country != Country.DE:
            return [f"{self.place_abroad}, {self.get_country_display()}" if self.place_abroad else self._country()]
        return [place.label() for place in self.places.all()]

    def _country(self) -> str:
        return str(self.get_country_display())

    @property
    def where_in_words(self) -> str:
        """Its places in a line: up to three by name, more by their number."""
        return in_a_line(self.place_names())

    # --- why it is shown to a municipality ---

    def reasons_for(self, municipality: "Municipality | None" = None, fields: Collection[str] = ()) -> list[str]:
        """Say why it may help: what ``points_for`` counts, in words, the weightiest first."""
        said = self._what_it_serves(fields)
        if municipality is not None:
            said += self._how_like(municipality)
        if self.evidence_grade:
            said.append(gettext("Effect: %(grade)s.") % {"grade": self.get_evidence_grade_display()})
        if self.is_running:
            said.append(gettext("Works day by day."))
        elif self.phase in TRIED_OUT:
            said.append(gettext("Was tried at a real place."))
        if self.reuse_count:
            used = ngettext("One other uses it again.", "%(number)s others use it again.", self.reuse_count)
            said.append(used % {"number": self.reuse_count})
        return said

    def _how_like(self, municipality: "Municipality") -> list[str]:
        said = self._what_its_own_field_is(municipality)
        size, name = municipality.size_class, municipality.name
        label = {"size": SizeClass(size).label, "name": name}
        if size in self.size_classes:
            said.append(gettext("From a place as large as %(name)s (%(size)s).") % label)
        elif set(next_sizes(size)) & set(self.size_classes):
            said.append(gettext("From a place not much larger or smaller than %(name)s.") % label)
        elif size in self.transferable_sizes:
            said.append(gettext("By its own account it suits places with %(size)s.") % label)
        if municipality.land_id in self.laender:
            said.append(gettext("From the same Land: %(land)s.") % {"land": municipality.land.name})
        if municipality.urbanisation is not None and municipality.urbanisation in self.urbanisations:
            said.append(
                gettext("From a place that is also %(kind)s.") % {"kind": municipality.get_urbanisation_display()}
            )
        return said

    def _what_its_own_field_is(self, municipality: "Municipality") -> list[str]:
        names = self._served_of(municipality.fields_of_action or ())
        if not names:
            return []
        sentence = ngettext(
            "Serves a field of action that %(name)s names in its profile: %(fields)s.",
            "Serves fields of action that %(name)s names in its profile: %(fields)s.",
            len(names),
        )
        return [sentence % {"name": municipality.name, "fields": get_text_list(names, gettext("and"))}]

    def _served_of(self, fields: Collection[str]) -> list[str]:
        return [str(field.label) for field in FieldOfAction if field in self.fields_of_action and field in fields]

    def _what_it_serves(self, fields: Collection[str]) -> list[str]:
        names = self._served_of(fields)
        if not names:
            return []
        sentence = ngettext(
            "Serves the field of action %(names)s.", "Serves the fields of action %(names)s.", len(names)
        )
        return [sentence % {"names": get_text_list(names, gettext("and"))}]

    # --- publishing ---

    def missing(self, *, has_places: bool | None = None) -> list[str]:
        """Name what is missing before it can be submitted or published, as fields; of this very version.

        Args:
            has_places: whether it will have a place; None: whether it has one.
        """
        needed = ["title", "summary", "fields_of_action"]
        if self.country != Country.DE:
            needed += ["place_abroad", "what_would_change"]
        if self.is_a_failure:
            needed.append("lessons_learnt")
        lacking = [name for name in needed if not getattr(self, name)]
        if self.country == Country.DE and not (self.places.all() if has_places is None else has_places):
            lacking.append("places")
        return lacking

    def clean(self) -> None:
        """Check what hangs together.

        Raises:
            ValidationError: a project in Germany names a place abroad.
        """
        super().clean()
        if self.country == Country.DE and self.place_abroad:
            raise ValidationError(
                {"place_abroad": _("The country is Germany: please leave this empty, or choose the country.")}
            )
