"""Reports for editors, each with filters and export: what is overdue, broken, criticised, reported."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Count, F, FloatField, Max, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from portal.accounts.models import User
from portal.content.admin.panels import described, used_in
from portal.content.models import BarrierReport, CheckedLink, Feedback
from portal.content.services.checking import Overdue, labels, overdue, with_things
from portal.editing_admin import FORMULA_STARTS


def not_a_formula(text: str) -> str:
    """Keep a spreadsheet from calculating with what readers have written (ASVS 5.0, 1.2.10)."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class Report(ReportView):
    """A report whose rows are finished off once it is known which of them are shown."""

    custom_value_preprocess: ClassVar = {
        **ReportView.custom_value_preprocess,
        str: {ReportView.FORMAT_CSV: not_a_formula},
    }

    def rows(self, found: Any) -> Any:
        """Finish the rows off."""
        return found

    def get_table(self, object_list: Any) -> Any:
        """Show finished rows."""
        return super().get_table(self.rows(object_list))

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Export finished rows."""
        return self.rows(object_list) if self.is_export else object_list


RESPONSIBLE = [("me", _("Me")), ("nobody", _("Nobody named"))]


class OverdueFilterSet(django_filters.FilterSet):
    """Whose, and which kind."""

    responsible = django_filters.ChoiceFilter(label=_("Responsible"), choices=RESPONSIBLE)
    kind = django_filters.ChoiceFilter(label=_("Kind"))

    def __init__(self, data: Any = None, *, request: Any, rows: list[Overdue]) -> None:
        """Offer the kinds that occur."""
        super().__init__(data, BarrierReport.objects.none(), request=request)
        self.filters["kind"].extra["choices"] = [(m._meta.label_lower, name) for m, name in labels(rows).items()]


class OverdueReport(Report):
    """Everything that nobody has checked in time."""

    page_title = _("Check overdue")
    header_icon = "time"
    index_url_name = "content_overdue_report"
    index_results_url_name = "content_overdue_report_results"
    filterset_class = OverdueFilterSet
    list_export: ClassVar = ["thing", "kind", "responsible", "checked_on", "due_on"]
    export_headings: ClassVar = {
        "thing": _("Title"),
        "kind": _("Kind"),
        "responsible": _("Responsible"),
        "checked_on": _("Checked on"),
        "due_on": _("Due since"),
    }
    columns: ClassVar = [
        TitleColumn("thing", label=_("Title"), get_url=lambda row: row["url"]),
        Column("kind", label=_("Kind")),
        Column("responsible", label=_("Responsible")),
        Column("checked_on", label=_("Checked on")),
        Column("due_on", label=_("Due since")),
    ]

    def get_queryset(self) -> list[Overdue]:
        """Return what is overdue in all areas; the things themselves are fetched for the page that is shown."""
        return overdue(first=self.request.user if isinstance(self.request.user, User) else None)

    def get_filterset_kwargs(self) -> dict[str, Any]:
        """Tell the filters which rows there are."""
        return {**super().get_filterset_kwargs(), "rows": self.get_queryset()}

    def filter_queryset(self, queryset: list[Overdue]) -> list[Overdue]:
        """Leave out what the filters leave out; an unknown value finds nothing, and its field says why."""
        if not self.filters:
            return queryset
        if not self.filters.is_valid():
            return []
        chosen = self.filters.form.cleaned_data
        if chosen["responsible"]:
            wanted = self.request.user.pk if chosen["responsible"] == "me" else None
            queryset = [row for row in queryset if row.responsible_id == wanted]
        if chosen["kind"]:
            queryset = [row for row in queryset if row.model._meta.label_lower == chosen["kind"]]
        return queryset

    def rows(self, found: Any) -> list[dict[str, Any]]:
        """Fetch the things of the rows that are shown."""
        return [
            {
                **described(row.thing, self.request.user),
                "responsible": row.thing.responsible or "–",
                "checked_on": row.thing.checked_on or "–",
                "due_on": row.due_on,
            }
            for row in with_things(found)
        ]


class LinkFilterSet(WagtailFilterSet):
    """All links, or the broken ones alone."""

    url = django_filters.CharFilter(label=_("Address contains"), lookup_expr="icontains")
    state = django_filters.ChoiceFilter(
        label=_("State"), method="of_state", choices=[("broken", _("Broken")), ("working", _("Working"))]
    )

    class Meta:
        """Of links."""

        model = CheckedLink
        fields: ClassVar = ["url", "state"]

    def of_state(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep the broken ones, or the others."""
        broken = CheckedLink.objects.broken().values("pk")
        return queryset.filter(pk__in=broken) if value == "broken" else queryset.exclude(pk__in=broken)


class LinksReport(Report):
    """Links to other sites, and where they stand."""

    model = CheckedLink
    any_permission_required: ClassVar = ["view"]
    page_title = _("Links")
    header_icon = "link"
    index_url_name = "content_links_report"
    index_results_url_name = "content_links_report_results"
    filterset_class = LinkFilterSet
    list_export: ClassVar = ["url", "status", "problem", "failures", "checked_at", "stands_in"]
    export_headings: ClassVar = {"stands_in": _("Stands in")}
    columns: ClassVar = [
        TitleColumn("url", label=_("Address"), get_url=lambda link: link.url),
        Column("status", label=_("HTTP status")),
        Column("explanation", label=_("Problem")),
        Column("failures", label=_("Failures in a row"), sort_key="failures"),
        DateColumn("checked_at", label=_("Checked at"), sort_key="checked_at"),
        Column("stands_in", label=_("Stands in")),
    ]
    default_ordering = "-failures"

    def get_queryset(self) -> QuerySet[CheckedLink]:
        """Fetch the links with their uses."""
        links: QuerySet[CheckedLink] = CheckedLink.objects.prefetch_related("uses__content_object")
        return links.order_by(self.ordering or "-failures", "url")

    def rows(self, found: Any) -> Any:
        """Say where each link stands."""
        for link in found:
            link.stands_in = ", ".join(str(use["thing"]) for use in used_in(link, self.request.user)) or "–"
        return found


class FeedbackFilterSet(WagtailFilterSet):
    """Of which page and when."""

    path = django_filters.CharFilter(label=_("Page contains"), lookup_expr="icontains")
    given_on = django_filters.DateFromToRangeFilter(label=_("Given on"), widget=DateRangePickerWidget)

    class Meta:
        """Of answers to “Was this page helpful?”."""

        model = Feedback
        fields: ClassVar = ["path", "given_on"]


class FeedbackReport(Report):
    """“Was this page helpful?”, page by page; where it helped least, there is most to do."""

    model = Feedback
    any_permission_required: ClassVar = ["view"]
    page_title = _("Was this page helpful?")
    header_icon = "comment"
    index_url_name = "content_feedback_report"
    index_results_url_name = "content_feedback_report_results"
    filterset_class = FeedbackFilterSet
    list_export: ClassVar = ["path", "yes", "no", "share", "comments", "latest"]
    export_headings: ClassVar = {
        "path": _("Page"),
        "yes": _("Yes"),
        "no": _("No"),
        "share": _("Yes in per cent"),
        "comments": _("Comments"),
        "latest": _("Latest answer"),
    }
    columns: ClassVar = [
        TitleColumn("path", label=_("Page"), get_url=lambda row: row["path"], sort_key="path"),
        Column("yes", label=_("Yes"), sort_key="yes"),
        Column("no", label=_("No"), sort_key="no"),
        Column("share", label=_("Yes in per cent"), sort_key="share"),
        Column("comments", label=_("Comments"), sort_key="comments"),
        DateColumn("latest", label=_("Latest answer"), sort_key="latest"),
    ]
    default_ordering = "share"

    def get_queryset(self) -> Any:
        """Answer with single answers: they are counted once the filters have chosen."""
        return Feedback.objects.all()

    def filter_queryset(self, queryset: Any) -> Any:
        """Choose, then count page by page."""
        counted = (
            super()
            .filter_queryset(queryset)
            .order_by()
            .values("path")
            .annotate(
                yes=Count("pk", filter=Q(helpful=True)),
                no=Count("pk", filter=Q(helpful=False)),
                comments=Count("pk", filter=~Q(text="")),
                latest=Max("given_on"),
            )
            .annotate(share=Cast(F("yes") * 100, FloatField()) / (F("yes") + F("no")))
        )
        return counted.order_by(self.ordering or "share", "path")

    def rows(self, found: Any) -> list[dict[str, Any]]:
        """Round the share to whole per cents."""
        return [{**row, "share": round(row["share"])} for row in found]


class CommentsReport(Report):
    """What readers have written to “Was this page helpful?”."""

    model = Feedback
    any_permission_required: ClassVar = ["view"]
    page_title = _("Comments of readers")
    header_icon = "comment-add"
    index_url_name = "content_comments_report"
    index_results_url_name = "content_comments_report_results"
    filterset_class = FeedbackFilterSet
    list_export: ClassVar = ["path", "helpful", "text", "given_on"]
    columns: ClassVar = [
        TitleColumn("text", label=_("Comment")),
        TitleColumn("path", label=_("Page"), get_url=lambda answer: answer.path),
        BooleanColumn("helpful", label=_("Helpful")),
        Column("given_on", label=_("Given on")),
    ]

    def get_queryset(self) -> QuerySet[Feedback]:
        """Fetch the answers with words."""
        return Feedback.objects.exclude(text="").order_by("-given_on", "-pk")


class BarrierFilterSet(WagtailFilterSet):
    """Open, overdue or answered."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="of_state",
        choices=[("open", _("Open")), ("overdue", _("Overdue")), ("answered", _("Answered"))],
    )

    class Meta:
        """Of reports."""

        model = BarrierReport
        fields: ClassVar = ["state"]

    def of_state(self, queryset: Any, _name: str, value: str) -> Any:
        """Keep those of a state."""
        if value == "answered":
            return queryset.filter(answered_at__isnull=False)
        chosen = BarrierReport.objects.overdue() if value == "overdue" else BarrierReport.objects.open()
        return queryset.filter(pk__in=chosen.values("pk"))


class BarriersReport(Report):
    """Reported barriers. The export leaves out who reported them."""

    model = BarrierReport
    any_permission_required: ClassVar = ["view", "change"]
    page_title = _("Reported barriers")
    header_icon = "warning"
    index_url_name = "content_barriers_report"
    index_results_url_name = "content_barriers_report_results"
    filterset_class = BarrierFilterSet
    list_export: ClassVar = ["pk", "page", "description", "created_at", "due_on", "answered_at", "answer"]
    export_headings: ClassVar = {"pk": _("Number")}
    columns: ClassVar = [
        TitleColumn("description", label=_("What does not work"), url_name="content_answer_barrier"),
        Column("page", label=_("Page")),
        DateColumn("created_at", label=_("Reported at"), sort_key="created_at"),
        Column("due_on", label=_("To be answered by"), sort_key="due_on"),
        DateColumn("answered_at", label=_("Answered at"), sort_key="answered_at"),
    ]
    default_ordering = "due_on"

    def get_queryset(self) -> QuerySet[BarrierReport]:
        """Fetch the most urgent first."""
        return BarrierReport.objects.order_by(self.ordering or "due_on", "pk")
