"""What the areas offer: asked of the registry when a page is shown, never copied into it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.content import offers
from portal.directory.vocabularies import FieldOfAction


class OffersBlock(blocks.StructBlock):
    """What all areas offer about fields of action, for the reader's municipality where one is chosen."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, default="Was die Bereiche dazu bieten")
    fields = blocks.MultipleChoiceBlock(
        label=_("Fields of action"), choices=FieldOfAction.choices, widget=forms.CheckboxSelectMultiple
    )
    limit = blocks.IntegerBlock(label=_("At most so many of each kind"), default=3, min_value=1, max_value=10)

    class Meta:
        """How it looks to editors and readers."""

        icon = "pick"
        label = _("What the areas offer")
        template = "content/blocks/offers.html"
        preview_value = {"title": "Was die Bereiche dazu bieten", "fields": ["verwaltung"], "limit": 3}  # noqa: RUF012
        description = _("Programmes, projects, standards, courses … about fields of action, always up to date.")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the areas."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        around = parent_context or {}
        found = offers.about(
            around.get("request"), fields=value["fields"], limit=value["limit"], but=around.get("page")
        )
        return {**context, "offered": found}


class RelatedBlock(blocks.FieldBlock):
    """One thing of the areas, named by its address in the portal; kept by its key, so that a new address is no loss.

    The value is ``"<slug of the resource>:<primary key>"``, or empty.
    """

    def __init__(self, *, required: bool = True, help_text: Any = None, **kwargs: Any) -> None:
        """Make the field for the address."""
        self.field = forms.CharField(
            required=required,
            max_length=500,
            help_text=help_text or _("Open it in the portal and copy its address, for example /foerderung/…/"),
        )
        super().__init__(**kwargs)

    def value_for_form(self, value: str | None) -> str:
        """Show the address."""
        return offers.address_of(value or "")

    def value_from_form(self, value: str | None) -> str:
        """Keep the key; what leads nowhere stays as it is and is refused by ``clean``."""
        return offers.key_of(value or "") or (value or "")

    def clean(self, value: str) -> str:
        """Refuse an address that leads to nothing that an area presents.

        Raises:
            ValidationError: nothing stands there.
        """
        cleaned: str = super().clean(value)
        if cleaned and not offers.exists(cleaned):
            raise ValidationError(_("At this address the portal has nothing that can be linked."))
        return cleaned

    class Meta:
        """How it looks to editors and readers."""

        icon = "link"
        label = _("Related")
        default = ""
        template = "content/blocks/related.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Look up what the key names."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, "things": offers.things([value] if value else [])}

    def get_preview_value(self) -> str:
        """Take the first thing that any area has."""
        return offers.any_key()
