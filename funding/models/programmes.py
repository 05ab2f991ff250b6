"""A funding programme: what the Förderdatenbank says of it, unchanged, or what we wrote, and where it comes from."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypedDict

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from funding.models.finding import LONG_TEXTS, ProgrammeQuerySet, actions_of
from funding.models.terms import TERM_FIELDS, TERMS_CONSTRAINTS, Terms
from funding.vocabularies import FIELD_OF_ACTION, Applicant, Area, Field, Kind, Level
from portal.directory.vocabularies import FieldOfAction
from portal.editing import Editorial, check_interval
from portal.fields import ChoicesField, LinesField

if TYPE_CHECKING:
    from django.http import HttpRequest

    from portal.directory.models import Municipality

SAID_BY_THE_SOURCE = (
    *("title", "text_format", "summary", *LONG_TEXTS, "status_note", "keywords", "kinds", "fields", "areas"),
    *("applicants", "levels", "funders", "issued_on", "source_url"),
)
"""What the Förderdatenbank says of a programme. Its licence, CC BY-ND, allows us to show that unchanged only."""

PROVENANCE = (
    *("slug", "source", "source_key", "licence", "licence_url", "attribution", "imported_at", "imported_from"),
    *("content_hash", "absent_since", "created_at", "updated_at", "protected_fields", "origins", "merged_into"),
)
"""What belongs to the programme and to none of its versions: its address, and where it comes from."""


TOLD_OF = (*(name for name in SAID_BY_THE_SOURCE if name != "text_format"), *TERM_FIELDS, "conditions_read_on")
"""Fields of which a programme says who changed them last, and when."""

RESERVED_SLUGS = (
    *("antraege", "korrekturen", "vorhaben", "aktualitaet", "landschaft", "vergleich", "rechner"),
    *("aenderungen", "einfuhren", "doppelt", "deadlines"),
)
"""Keys that would lead to another page."""


class Origin(TypedDict):
    """Who changed a field last, and when.

    Attributes:
        by: ``source``: an import, ``reader``: a reader's correction that an editor accepted, ``editors``.
        on: the day in Berlin, as ISO 8601 writes it.
    """

    by: str
    on: str


class Programme(Terms, Editorial, ClusterableModel):
    """A funding programme."""

    class Source(models.TextChoices):
        """Where a record comes from."""

        OWN = "own", _("Written by the competence centre")
        FDB = "foerderdatenbank", _("Förderdatenbank of the Federation")
        DEMO = "demonstration", _("Demonstration data")

    class TextFormat(models.TextChoices):
        """How the long texts are written."""

        PLAIN = "text", _("plain text")
        HTML = "html", "HTML"

    slug = models.SlugField(_("key"), max_length=200, unique=True)
    title = models.CharField(_("title"), max_length=500, db_collation="de-x-icu")
    summary = models.TextField(_("summary"), blank=True)
    description = models.TextField(_("description"), blank=True)
    requirements = models.TextField(_("legal requirements"), blank=True)
    procedure = models.TextField(_("procedure"), blank=True)
    deadlines = models.TextField(_("deadlines"), blank=True)
    required_documents = models.TextField(_("documents needed"), blank=True)
    processing_time = models.TextField(_("processing time"), blank=True)
    application_language = models.TextField(_("language of the application"), blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    legal_citation = models.TextField(_("citation of the legal basis"), blank=True)
    status_note = models.TextField(_("note on the state of the programme"), blank=True)
    text_format = models.CharField(_("format of the texts"), max_length=4, choices=TextFormat, default=TextFormat.PLAIN)
    kinds = ChoicesField(
        models.CharField(max_length=20, choices=Kind),
        verbose_name=_("kinds of funding"),
        default=list,
        blank=True,
    )
    fields = ChoicesField(
        models.CharField(max_length=50, choices=Field), verbose_name=_("fields"), default=list, blank=True
    )
    fields_of_action = models.GeneratedField(
        expression=actions_of("fields"),
        output_field=ArrayField(models.CharField(max_length=20, choices=FieldOfAction)),
        db_persist=True,
        serialize=False,
        editable=False,
        verbose_name=_("fields of action"),
    )
    areas = ChoicesField(
        models.CharField(max_length=12, choices=Area), verbose_name=_("area"), default=list, blank=True
    )
    applicants = ChoicesField(
        models.CharField(max_length=30, choices=Applicant),
        verbose_name=_("eligible applicants"),
        default=list,
        blank=True,
    )
    levels = ChoicesField(
        models.CharField(max_length=6, choices=Level), verbose_name=_("level"), default=list, blank=True
    )
    funders = LinesField(models.CharField(max_length=300), verbose_name=_("funding bodies"), default=list, blank=True)
    keywords = models.TextField(_("keywords"), blank=True)
    part_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="parts",
        null=True,
        blank=True,
        verbose_name=_("part of the programme"),
        help_text=_("For a sub-programme that is listed on its own."),
    )
    variant_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="variants",
        null=True,
        blank=True,
        verbose_name=_("carries out, in its Land, the programme"),
        help_text=_("For what a Land makes of a nation-wide programme: lists show one of the two, never both."),
    )
    conditions_read_on = models.DateField(
        _("conditions taken over on"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which all conditions of the guideline stood below. Without it the portal says that it does"
            " not know whether the programme fits."
        ),
    )
    issued_on = models.DateField(_("issued on"), null=True, blank=True, help_text=_("The date the source gives."))
    # provenance
    source = models.CharField(_("source"), max_length=20, choices=Source, default=Source.OWN)
    source_key = models.CharField(_("key in the source"), max_length=300, blank=True)
    source_url = models.URLField(_("address in the source"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=40, blank=True)
    licence_url = models.URLField(_("address of the licence"), blank=True)
    attribution = models.TextField(_("licence line"), blank=True)
    imported_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    imported_from = models.CharField(_("imported from"), max_length=20, blank=True)
    content_hash = models.CharField(_("fingerprint of the imported record"), max_length=64, blank=True, editable=False)
    absent_since = models.DateField(_("no longer in the source since"), null=True, blank=True)
    protected_fields = ArrayField(
        models.CharField(max_length=30),
        verbose_name=_("protected from imports"),
        default=list,
        blank=True,
        editable=False,
    )
    origins: models.JSONField[dict[str, Origin], dict[str, Origin]] = models.JSONField(
        _("who changed which field when"), default=dict, blank=True, editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="merged",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("merged into"),
    )
    check_interval_days = check_interval(180)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        """Codes come from the closed lists; an imported record has its provenance; what is published is complete."""

        verbose_name = _("funding programme")
        verbose_name_plural = _("funding programmes")
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source_key=""),
                name="funding_programme_source_once",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__contained_by": list(choices.values)}),
                    name=f"funding_programme_{name}_known",
                )
                for name, choices in (
                    ("kinds", Kind),
                    ("fields", Field),
                    ("areas", Area),
                    ("applicants", Applicant),
                    ("levels", Level),
                )
            ),
            models.CheckConstraint(
                condition=~Q(source="foerderdatenbank")
                | (~Q(source_key="") & ~Q(source_url="") & ~Q(attribution="") & Q(imported_at__isnull=False)),
                name="funding_programme_import_names_its_source",
            ),
            *TERMS_CONSTRAINTS,
            models.CheckConstraint(
                condition=Q(part_of=None) | ~Q(part_of=F("id")), name="funding_programme_not_part_of_itself"
            ),
            models.CheckConstraint(
                condition=Q(variant_of=None) | ~Q(variant_of=F("id")), name="funding_programme_not_variant_of_itself"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(live=False) & ~Q(merged_into=F("id"))),
                name="funding_programme_merged_is_not_shown",
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="funding_programme_slug_is_no_page",
                violation_error_message=_("This key is the address of another page. Please choose another one."),
            ),
            models.CheckConstraint(
                condition=~Q(live=True) | (~Q(title="") & ~Q(areas=[]) & Q(first_published_at__isnull=False)),
                name="funding_programme_live_complete",
                violation_error_message=_(
                    "A title and the area in which the programme applies are needed before it can be published."
                ),
            ),
        ]
        triggers: ClassVar = [
            # Whoever writes, and by whatever way: the row says who changed a field last, and on which day in Berlin.
            pgtrigger.Trigger(
                name="changed_fields_have_an_origin",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*TOLD_OF, "origins"),
                declare=[("before", "jsonb"), ("after", "jsonb"), ("origin", "jsonb"), ("field", "text")],
                func=f"""
                    before := to_jsonb(OLD);
                    after := to_jsonb(NEW);
                    origin := jsonb_build_object(
                        'by', coalesce(nullif(current_setting('funding.origin', true), ''), 'editors'),
                        'on', (now() AT TIME ZONE 'Europe/Berlin')::date
                    );
                    NEW.origins = OLD.origins;
                    FOREACH field IN ARRAY ARRAY{list(TOLD_OF)} LOOP
                        IF after->field IS DISTINCT FROM before->field THEN
                            NEW.origins = NEW.origins || jsonb_build_object(field, origin);
                        END IF;
                    END LOOP;
                    RETURN NEW;
                """,
            ),
            # The search reads a programme together with what the Länder make of it: who changes one, changes both.
            pgtrigger.Trigger(
                name="variants_are_read_together",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF pg_trigger_depth() > 1 THEN RETURN NULL; END IF;
                    IF TG_OP <> 'INSERT' AND OLD.variant_of_id IS NOT NULL THEN
                        UPDATE funding_programme SET updated_at = updated_at WHERE id = OLD.variant_of_id;
                    END IF;
                    IF TG_OP = 'INSERT' AND NEW.variant_of_id IS NOT NULL
                        OR TG_OP = 'UPDATE' AND NEW.variant_of_id IS DISTINCT FROM OLD.variant_of_id THEN
                        UPDATE funding_programme SET updated_at = updated_at WHERE id = NEW.variant_of_id;
                    END IF;
                    IF TG_OP = 'UPDATE' AND NEW.live <> OLD.live THEN
                        UPDATE funding_programme SET updated_at = updated_at WHERE variant_of_id = NEW.id;
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["areas"], name="funding_programme_areas"),
            GinIndex(fields=["fields"], name="funding_programme_fields"),
            models.Index(fields=["title", "id"], name="funding_programme_title"),
            # Facets and indicators are counted from this alone, without reading the pages with the long texts.
            models.Index(
                fields=["live"],
                include=[
                    *("id", "kinds", "fields_of_action", "areas", "applicants", "levels", "early_start"),
                    *("absent_since", "checked_on", "check_interval_days", "variant_of", "conditions_read_on"),
                    *("deadline_model", "opens_on", "closes_on", "cut_off_dates", "next_expected_on", "withdrawn_on"),
                ],
                name="funding_programme_live_facets",
            ),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("funding:programme_detail", args=[self.slug])

    def is_demonstration(self) -> bool:
        """Whether it was invented to show the portal."""
        return self.source == self.Source.DEMO

    def is_imported(self) -> bool:
        """Whether its texts are those of the Förderdatenbank, which nobody here may change."""
        return self.source == self.Source.FDB

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check what editors write; what a source says was checked when it was imported."""
        taken = (*SAID_BY_THE_SOURCE, *PROVENANCE) if self.is_imported() else ()
        super().clean_fields({*(exclude or ()), *taken})

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """Make the object of one version; address, provenance and what a source says are always those of today."""
        kept: tuple[str, ...] = PROVENANCE
        if self.is_imported():
            kept += SAID_BY_THE_SOURCE
            content = {name: value for name, value in content.items() if name not in {"contacts", "links"}}
        version = super().with_content_json(content)
        for name in kept:
            setattr(version, name, getattr(self, name))
        return version

    def get_preview_template(self, request: "HttpRequest", mode_name: str) -> str:  # noqa: ARG002 - one page for all
        """Show editors the page that readers see."""
        return "funding/programme_detail.html"

    def get_preview_context(self, request: "HttpRequest", mode_name: str) -> dict[str, Any]:  # noqa: ARG002 - as above
        """Give that page the programme."""
        return {"request": request, "object": self, "programme": self, "trail": self.trail()}

    def origin_of(self, field: str) -> Origin:
        """Say who changed a field last, and when; what nobody has changed since is from the day it came here."""
        if field in self.origins:
            return self.origins[field]
        by = "source" if self.is_imported() and field in SAID_BY_THE_SOURCE else "editors"
        return {"by": by, "on": timezone.localdate(self.created_at).isoformat()}

    def labels(self, name: str) -> list[str]:
        """Return what people call the codes in one of the closed lists, in the list's order."""
        field: Any = self._meta.get_field(name)
        choices = field.base_field.choices
        return [str(label) for code, label in choices if code in getattr(self, name)]

    def fields_of_action_in_words(self) -> list[str]:
        """Return the fields of action that it serves, also of a version that is not stored."""
        served = {action for code in self.fields for action in FIELD_OF_ACTION[Field(code)]}
        return [str(action.label) for action in FieldOfAction if action in served]

    def trail(self) -> list[tuple[str, str]]:
        """Name the pages above its own."""
        return [(gettext("Funding programmes"), reverse("funding:programme_list"))]

    def applies_to(self, municipality: "Municipality") -> bool:
        """Whether it applies where a municipality lies; whether that may apply is another question."""
        return not {Area.NATIONWIDE.value, municipality.land_id}.isdisjoint(self.areas)

    def reason_for(self, municipality: "Municipality | None" = None, fields: Collection[str] = ()) -> str:
        """Say why it may be of use: where it applies, or that it does not, and which fields of action it serves."""
        where = self._where_it_applies(municipality) if municipality is not None else ""
        return " ".join(sentence for sentence in (where, self._what_it_serves(fields)) if sentence)

    def _where_it_applies(self, municipality: "Municipality") -> str:
        if municipality.land_id in self.areas:
            sentence = gettext("Applies in %(land)s, where %(municipality)s lies.")
        elif self.applies_to(municipality):
            sentence = gettext("Applies nation-wide, so in %(municipality)s as well.")
        else:
            sentence = gettext("Does not apply in %(land)s, where %(municipality)s lies.")
        return sentence % {"land": municipality.land.name, "municipality": municipality.name}

    def _what_it_serves(self, fields: Collection[str]) -> str:
        served = frozenset[str]().union(*(FIELD_OF_ACTION[Field(code)] for code in self.fields))
        names = [str(field.label) for field in FieldOfAction if field in served and field in fields]
        if not names:
            return ""
        sentence = ngettext(
            "Serves the field of action %(names)s.", "Serves the fields of action %(names)s.", len(names)
        )
        return sentence % {"names": get_text_list(names, gettext("and"))}

    @property
    def check_due_on(self) -> date | None:
        """The last day on which the latest check is fresh enough; None for an imported one that we never checked."""
        return None if self.is_imported() and self.checked_on is None else super().check_due_on

    def is_checked_recently(self) -> bool:
        """Whether somebody checked it, and that is not too long ago."""
        return self.checked_on is not None and not self.is_check_overdue
