"""Small things that editors keep beside the pages: notices of outages, dates and deadlines."""

from typing import Any, ClassVar

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from portal.content.models import KeyDate, ServiceNotice
from portal.search.models import SplitWord, SynonymGroup
from portal.search.preview import Effect, effects


class ServiceNoticeViewSet(SnippetViewSet):
    """Notices of outages and maintenance, on top of every page."""

    model = ServiceNotice
    icon = "warning"
    list_display: ClassVar = [
        "text",
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        DateColumn("starts_at", label=_("shown from"), sort_key="starts_at"),
        DateColumn("ends_at", label=_("shown until"), sort_key="ends_at"),
    ]
    list_filter: ClassVar = ["kind", "starts_at", "ends_at"]
    list_export: ClassVar = ["text", "get_kind_display", "starts_at", "ends_at"]
    export_headings: ClassVar = {"get_kind_display": _("Kind")}
    search_fields: ClassVar = ["text"]
    ordering: ClassVar = ["-starts_at", "pk"]
    panels: ClassVar = [
        FieldPanel("kind"),
        FieldPanel("text", help_text=_("What does not work, since when, and what readers can do instead.")),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
    ]


class KeyDateViewSet(SnippetViewSet):
    """Dates and deadlines that the home page announces."""

    model = KeyDate
    icon = "date"
    list_display: ClassVar = [
        "title",
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("on", label=_("day"), sort_key="on"),
        Column("url", label=_("source")),
    ]
    list_filter: ClassVar = ["kind", "on"]
    list_export: ClassVar = ["title", "get_kind_display", "on", "url"]
    export_headings: ClassVar = {"get_kind_display": _("Kind")}
    search_fields: ClassVar = ["title"]
    ordering: ClassVar = ["on", "pk"]
    panels: ClassVar = [FieldRowPanel([FieldPanel("kind"), FieldPanel("on")]), FieldPanel("title"), FieldPanel("url")]


class NoticesAndDates(SnippetViewSetGroup):
    """Their common entry in the menu."""

    menu_label = _("Notices and dates")
    menu_icon = "calendar"
    menu_order = 250
    items = (ServiceNoticeViewSet, KeyDateViewSet)


class EffectsPanel(HelpPanel):
    """Shows what a group of synonyms changes."""

    class BoundPanel(HelpPanel.BoundPanel):
        """For the group as it is stored."""

        @cached_property
        def effects(self) -> list[Effect]:
            """What each of its words finds without the group, and with it."""
            group: Any = self.instance
            return effects(group.words, group=group.pk) if group is not None and group.pk else []


class SynonymViewSet(SnippetViewSet):
    """What means the same for the search."""

    model = SynonymGroup
    icon = "comment"
    list_display: ClassVar = ["__str__", Column("is_active", label=_("in use"))]
    list_filter: ClassVar = ["is_active"]
    panels: ClassVar = [
        FieldPanel("words"),
        FieldPanel("is_active"),
        EffectsPanel(template="search/admin/effects.html", heading=_("What it changes")),
    ]


class SplitWordViewSet(SnippetViewSet):
    """Where the search takes compounds apart, besides the words of the portal's own texts."""

    model = SplitWord
    icon = "cut"
    list_display: ClassVar = ["word", Column("is_part", label=_("compounds are made of it"))]
    list_filter: ClassVar = ["is_part"]
    search_fields: ClassVar = ["word"]
    panels: ClassVar = [FieldPanel("word"), FieldPanel("is_part")]


class WordsOfTheSearch(SnippetViewSetGroup):
    """Their common entry in the menu."""

    menu_label = _("Words of the search")
    menu_icon = "search"
    menu_order = 260
    items = (SynonymViewSet, SplitWordViewSet)
