"""What the search knows about words: those of the texts, those that editors add, and what means the same."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.fields import LinesField

if TYPE_CHECKING:
    from django.contrib.postgres.fields import ArrayField


class Word(models.Model):
    """A word of what everybody may read, and in how many entries it stands; made anew every night."""

    word = models.CharField(_("word"), max_length=60, primary_key=True)
    entries = models.PositiveIntegerField(_("entries"))

    class Meta:
        """Found by what it looks like."""

        verbose_name = _("word")
        verbose_name_plural = _("words")
        ordering: ClassVar = ["word"]
        indexes: ClassVar = [
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_looks", fastupdate=False),
        ]

    def __str__(self) -> str:
        """The word."""
        return self.word


class SplitWord(models.Model):
    """A word that compounds are made of, or one that only looks like a compound: kept by editors."""

    word = models.CharField(_("word"), max_length=60, unique=True, help_text=_("One word, in its basic form."))
    is_part = models.BooleanField(
        _("compounds are made of it"),
        default=True,
        help_text=_("Switch it off for a word that must never be taken apart, and never be taken for a part."),
    )

    class Meta:
        """In the order of the alphabet."""

        verbose_name = _("part of compounds")
        verbose_name_plural = _("parts of compounds")
        ordering: ClassVar = ["word"]

    def __str__(self) -> str:
        """The word."""
        return self.word

    def clean(self) -> None:
        """One word of letters.

        Raises:
            ValidationError: it is none.
        """
        self.word = self.word.strip().lower()
        if not self.word.isalpha():
            raise ValidationError({"word": _("Please enter one word of letters.")})


class SynonymGroup(models.Model):
    """Words and abbreviations that mean the same: whoever looks for one finds the others."""

    words: "ArrayField[list[str], list[str]]" = LinesField(
        models.CharField(max_length=80),
        size=12,
        verbose_name=_("words that mean the same"),
        help_text=_("One in each line; a line may have several words, for example “Künstliche Intelligenz”."),
    )
    is_active = models.BooleanField(_("in use"), default=True, help_text=_("Takes effect at once."))

    class Meta:
        """In the order they were made."""

        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        """The words."""
        return " – ".join(self.words)

    def clean(self) -> None:
        """At least two.

        Raises:
            ValidationError: there is only one.
        """
        self.words = [" ".join(word.split()) for word in self.words or () if word.strip()]
        if len({word.lower() for word in self.words}) < 2:  # noqa: PLR2004 - one word has no synonym
            raise ValidationError({"words": _("Please enter at least two words.")})
