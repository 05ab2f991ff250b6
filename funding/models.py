"""Funding programmes: what the Förderdatenbank says of them, unchanged, and where each record comes from."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.permissions import can_edit
from funding.vocabularies import Applicant, Area, Field, Kind, Level
from portal.accounts.models import User
from portal.permissions import Decision, Denied
from portal.state import StateMachine, Transition
from portal.visibility import Viewer, VisibleQuerySet

if TYPE_CHECKING:
    from portal.directory.models import Municipality


class ProgrammeQuerySet(VisibleQuerySet["Programme"]):
    """Reading programmes."""

    def visible_to(self, user: Viewer) -> Self:
        """Everybody sees what is published; editors see drafts and withdrawn ones too."""
        if isinstance(user, User) and user.is_editor:
            return self.all()
        return self.filter(state=Programme.State.PUBLISHED)

    def applying_in(self, land_key: str) -> Self:
        """Programmes that apply in a Land: nation-wide ones and its own."""
        return self.filter(areas__overlap=[Area.NATIONWIDE.value, land_key])

    def for_lists(self) -> Self:
        """Leave the long texts in the database; a list shows the summary whole or nothing."""
        return self.defer("search", *LONG_TEXTS)

    def whole(self) -> Self:
        """Fetch the texts, contacts and links of each programme, but not the search index."""
        return self.defer("search").prefetch_related("contacts", "links")

    def about(self, municipality: "Municipality") -> Self:
        """Programmes that a municipality could apply for, those of its own Land first; none that has vanished."""
        return (
            self.applying_in(municipality.land_id)
            .filter(applicants__contains=[Applicant.MUNICIPALITY.value], absent_since=None)
            .order_by(own_land_first(municipality.land_id), "title", "pk")
            .for_lists()
        )

    def matching(self, words: str) -> Self:
        """Programmes whose text has the words, by German word stems, best first (see ``rank``)."""
        query = SearchQuery(words, config="german", search_type="websearch")
        return self.filter(search=query).annotate(rank=SearchRank(F("search"), query, normalization=1))


LONG_TEXTS = (
    "description",
    "requirements",
    "procedure",
    "deadlines",
    "required_documents",
    "processing_time",
    "application_language",
    "legal_basis",
    "legal_citation",
)
"""The texts of a programme's page, in its order."""


def own_land_first(land_key: str) -> models.Case:
    """SQL to sort the programmes of one Land before nation-wide ones."""
    return models.Case(models.When(areas__contains=[land_key], then=0), default=1)


def municipalities_first() -> models.Case:
    """SQL to sort programmes that municipalities may apply for before those that others apply for."""
    return models.Case(models.When(applicants__contains=[Applicant.MUNICIPALITY.value], then=0), default=1)


class Programme(models.Model):
    """A funding programme."""

    class State(models.TextChoices):
        """Where it stands with the editors."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

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
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
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
    kinds = ArrayField(
        models.CharField(max_length=20, choices=Kind),
        verbose_name=_("kinds of funding"),
        default=list,
        blank=True,
    )
    fields = ArrayField(
        models.CharField(max_length=50, choices=Field), verbose_name=_("fields"), default=list, blank=True
    )
    areas = ArrayField(models.CharField(max_length=12, choices=Area), verbose_name=_("area"), default=list, blank=True)
    applicants = ArrayField(
        models.CharField(max_length=30, choices=Applicant),
        verbose_name=_("eligible applicants"),
        default=list,
        blank=True,
    )
    levels = ArrayField(
        models.CharField(max_length=6, choices=Level), verbose_name=_("level"), default=list, blank=True
    )
    funders = ArrayField(models.CharField(max_length=300), verbose_name=_("funding bodies"), default=list, blank=True)
    keywords = models.TextField(_("keywords"), blank=True)
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
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    search = models.GeneratedField(
        expression=(
            SearchVector("title", weight="A", config="german")
            + SearchVector("summary", "keywords", weight="B", config="german")
            + SearchVector("description", "requirements", "procedure", "legal_basis", weight="D", config="german")
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        """Codes come from the closed lists; an imported record has its provenance; states change as declared."""

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
            models.CheckConstraint(
                condition=~Q(state="published") | (~Q(title="") & ~Q(areas=[])),
                name="funding_programme_published_complete",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="funding_programme_search"),
            GinIndex(fields=["areas"], name="funding_programme_areas"),
            GinIndex(fields=["fields"], name="funding_programme_fields"),
            models.Index(fields=["title", "id"], name="funding_programme_title"),
            # Facets and indicators are counted from this alone, without reading the pages with the long texts.
            models.Index(
                fields=["state"],
                include=["kinds", "fields", "areas", "applicants", "levels", "absent_since", "checked_on"],
                name="funding_programme_facets",
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

    def labels(self, name: str) -> list[str]:
        """Return what people call the codes in one of the closed lists, in the list's order."""
        field: Any = self._meta.get_field(name)
        choices = field.base_field.choices
        return [str(label) for code, label in choices if code in getattr(self, name)]

    def applies_to(self, municipality: "Municipality") -> bool:
        """Whether it applies where a municipality lies; whether that may apply is another question."""
        return not {Area.NATIONWIDE.value, municipality.land_id}.isdisjoint(self.areas)

    def reason_for(self, municipality: "Municipality") -> str:
        """Say in a sentence why it applies in a municipality, or that it does not."""
        if municipality.land_id in self.areas:
            sentence = gettext("Applies in %(land)s, where %(municipality)s lies.")
        elif self.applies_to(municipality):
            sentence = gettext("Applies nation-wide, so in %(municipality)s as well.")
        else:
            sentence = gettext("Does not apply in %(land)s, where %(municipality)s lies.")
        return sentence % {"land": municipality.land.name, "municipality": municipality.name}

    def is_checked_recently(self) -> bool:
        """Whether somebody checked it within the last 180 days."""
        return self.checked_on is not None and (timezone.localdate() - self.checked_on).days <= CHECK_INTERVAL_DAYS


CHECK_INTERVAL_DAYS = 180
"""After this many days without a check a programme is marked as not checked in time."""


def _can_be_published(programme: Any) -> Decision:
    if programme.title and programme.areas:
        return True
    return Denied(_("A title and the area in which the programme applies are needed before it can be published."))


LIFE = StateMachine(
    states=Programme.State,
    initial=Programme.State.DRAFT,
    transitions=(
        Transition(
            verb="publish",
            label=_("Publish"),
            sources=frozenset({Programme.State.DRAFT, Programme.State.WITHDRAWN}),
            target=Programme.State.PUBLISHED,
            who=can_edit,
            guard=_can_be_published,
        ),
        Transition(
            verb="withdraw",
            label=_("Withdraw"),
            sources=frozenset({Programme.State.PUBLISHED}),
            target=Programme.State.WITHDRAWN,
            who=can_edit,
        ),
        Transition(
            verb="revise",
            label=_("Back to draft"),
            sources=frozenset({Programme.State.PUBLISHED, Programme.State.WITHDRAWN}),
            target=Programme.State.DRAFT,
            who=can_edit,
        ),
    ),
)
"""The life of a programme. Its trigger makes the database refuse every other change of the state."""


pgtrigger.register(LIFE.trigger("funding_programme_life"))(Programme)


class Contact(models.Model):
    """Where to ask about a programme, as the source names it."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="contacts", verbose_name=_("programme"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    institution = models.CharField(_("institution"), max_length=300)
    building = models.CharField(_("building"), max_length=200, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    post_box = models.CharField(_("post-office box"), max_length=40, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=80, blank=True)
    mobile = models.CharField(_("mobile telephone"), max_length=80, blank=True)
    fax = models.CharField(_("fax"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)

    class Meta:
        """In the order of the source."""

        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "position"], name="funding_contact_position_once"),
        ]

    def __str__(self) -> str:
        """The institution."""
        return self.institution


class Link(models.Model):
    """An address outside that belongs to a programme."""

    class Kind(models.TextChoices):
        """What it leads to."""

        LEGAL_BASIS = "legal", _("legal basis")
        FURTHER = "further", _("further information")
        TEXT = "text", _("named in the text")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="links", verbose_name=_("programme"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.FURTHER)
    title = models.CharField(_("title"), max_length=1000)
    url = models.URLField(_("address"), max_length=1000)
    target = models.CharField(
        _("document in the source"),
        max_length=300,
        blank=True,
        help_text=_("The path by which the source's texts refer to this link."),
    )

    class Meta:
        """In the order of the source."""

        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "position"], name="funding_link_position_once"),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title
