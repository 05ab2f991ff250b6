"""The index: one row for each thing that can be found, and what has changed since it was written."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from portal.areas import areas
from portal.directory.folding import folding_of
from portal.directory.vocabularies import FieldOfAction
from portal.visibility import Viewer, VisibleQuerySet, visible_rows

if TYPE_CHECKING:
    from portal.areas import Searchable


class EntryQuerySet(VisibleQuerySet["Entry"]):
    """Reading the index."""

    def visible_to(self, user: Viewer) -> Self:
        """Return the entries whose things the reader may know of, asked of the things themselves at this moment.

        The index says nothing about rights: what was hidden a second ago is found no more, whether or not the index
        has heard of it.
        """
        condition = Q(pk__in=[])
        for kind in areas.searchables():
            condition |= Q(kind=kind.slug, key__in=keys_visible_to(kind, user))
        return self.filter(condition)


def keys_visible_to(kind: "Searchable", user: Viewer) -> Any:
    """Return, as a subquery, the keys of the things of a kind that somebody may know of."""
    rows = visible_rows(kind.model, user).order_by()
    return rows.annotate(key_as_text=Cast("pk", models.CharField())).values("key_as_text")


class Entry(models.Model):
    """One thing that can be found.

    Attributes:
        kind: slug of what declares it (``portal.areas.Searchable``).
        key: the thing's primary key as text.
        note: what is said with each hit; nothing is found by it.
        parts: the parts of the compounds in title, summary and keywords, then of those in the text.
        laender: keys of Länder; empty: it is of no certain Land.
        year: of ``day``, for the facet.
    """

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=64)
    url = models.CharField(_("address"), max_length=600)
    title = models.TextField(_("title"))
    summary = models.TextField(_("summary"), blank=True)
    note = models.TextField(_("note"), blank=True, default="")
    keywords = models.TextField(_("keywords"), blank=True)
    text = models.TextField(_("text"), blank=True)
    is_quotable = models.BooleanField(_("passages may be shown"), default=True)
    parts = models.TextField(_("parts of compounds in the title"), blank=True)
    text_parts = models.TextField(_("parts of compounds in the text"), blank=True)
    fields: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=20, choices=FieldOfAction), default=list, blank=True, verbose_name=_("fields")
    )
    laender: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("Länder")
    )
    day = models.DateField(_("day"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    folded = models.GeneratedField(
        expression=folding_of("title", german=True), output_field=models.TextField(), db_persist=True, serialize=False
    )
    document = models.GeneratedField(
        expression=(
            SearchVector("title", weight="A", config="german")
            + SearchVector("summary", "keywords", "parts", weight="B", config="german")
            + SearchVector("text", weight="C", config="german")
            + SearchVector("text_parts", weight="D", config="german")
        ),
        output_field=SearchVectorField(),
        db_persist=True,
        serialize=False,
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        """One for each thing."""

        verbose_name = _("entry of the index")
        verbose_name_plural = _("entries of the index")
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")]
        indexes: ClassVar = [
            GinIndex(fields=["document"], name="search_entry_document", fastupdate=False),
            GinIndex(OpClass("folded", name="gin_trgm_ops"), name="search_entry_folded", fastupdate=False),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the thing."""
        return self.url


class Pending(models.Model):
    """A thing that has changed and that the index has not read again yet; triggers write it, whoever changes a row."""

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=64)

    class Meta:
        """Once for each thing."""

        verbose_name = _("change to be indexed")
        verbose_name_plural = _("changes to be indexed")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="search_pending_once")]

    def __str__(self) -> str:
        """Kind and key."""
        return f"{self.kind} {self.key}"
