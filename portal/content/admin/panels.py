"""The dashboard: what waits for the person who has just signed in."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.components import Component
from wagtail.models import DraftStateMixin, Page
from wagtail.snippets.models import get_snippet_models

from portal.accounts.models import User
from portal.content.admin.checking import address, may_check
from portal.content.models import AccessibilityStatementPage, BarrierReport, CheckedLink
from portal.content.services.checking import overdue, with_things
from portal.search.services import without_result

LAST = 400
"""Order of a panel that has nothing urgent to say."""

SHOWN = 8
"""Rows that a panel shows; the reports show all."""


class Panel(Component):
    """A part of the dashboard. Every template says what it means when there is nothing to show."""

    name = ""
    order = 100

    def __init__(self, request: HttpRequest) -> None:
        """Take the request: everybody sees what concerns her or him first."""
        self.request = request
        self.user = request.user
        self.template_name = f"content/admin/panels/{self.name}.html"

    def content(self) -> dict[str, Any]:
        """Gather what the template shows."""
        raise NotImplementedError

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002 - Wagtail's signature
        """Give the template its content, and what its forms need."""
        return {"request": self.request, "csrf_token": get_token(self.request), **self.content()}

    def described(self, thing: Any) -> dict[str, Any]:
        """Name a thing, its kind, and where this person edits it (None where she or he may not)."""
        return described(thing, self.user)


def _title(thing: Any) -> str:
    """Name a draft as its latest version does; the admin keeps drafts on its own before they have a title."""
    return thing.latest_revision.object_str.strip() or gettext("without a title")


class MinePanel(Panel):
    """What this person has begun and not published yet, whether a draft or handed in."""

    name = "mine"
    order = 110

    def content(self) -> dict[str, Any]:
        """List the newest first, by the titles of their drafts."""
        things = sorted(self._drafts(), key=lambda thing: thing.latest_revision.created_at, reverse=True)[:SHOWN]
        return {"rows": [{**self.described(thing), "title": _title(thing)} for thing in things]}

    def _drafts(self) -> Iterable[Any]:
        """Pages by one statement, things of the areas by one for each kind."""
        begun = {"has_unpublished_changes": True, "latest_revision__user": self.user}
        pages = Page.objects.filter(**begun).select_related("latest_revision").specific()
        yield from pages.order_by("-latest_revision__created_at")[:SHOWN]
        for model in get_snippet_models():
            if issubclass(model, DraftStateMixin):
                things = model._default_manager.filter(**begun).select_related("latest_revision")
                yield from things.order_by("-latest_revision__created_at")[:SHOWN]


class OverduePanel(Panel):
    """What nobody has compared with reality in time; this person's own first."""

    name = "overdue"
    order = 230

    def content(self) -> dict[str, Any]:
        """List the first, and count all."""
        rows = overdue(first=self.user if isinstance(self.user, User) else None)
        shown = [
            {
                **self.described(row.thing),
                "due_on": row.due_on,
                "mine": row.responsible_id == self.user.pk,
                "check_url": address(row.thing) if may_check(self.user, row.thing) else None,
            }
            for row in with_things(rows[:SHOWN])
        ]
        return {"rows": shown, "count": len(rows)}


class BrokenLinksPanel(Panel):
    """Links that lead nowhere any more, and where they stand."""

    name = "broken_links"
    order = 240

    def content(self) -> dict[str, Any]:
        """List the first, with their uses, and count all."""
        broken = CheckedLink.objects.broken()
        rows = [
            {"link": link, "uses": used_in(link, self.user)}
            for link in broken.prefetch_related("uses__content_object").order_by("-checked_at", "url")[:SHOWN]
        ]
        checked = CheckedLink.objects.aggregate(at=Max("checked_at"))["at"]
        return {"rows": rows, "count": broken.count(), "checked": checked}


def described(thing: Any, user: Any) -> dict[str, Any]:
    """Name a thing, its kind as editors call it, and where ``user`` edits it (None where that is not allowed)."""
    return {"thing": thing, "kind": thing._meta.verbose_name, "url": AdminURLFinder(user).get_edit_url(thing)}


def used_in(link: CheckedLink, user: Any) -> list[dict[str, Any]]:
    """Describe the pages and things that a link stands in."""
    things = [use.content_object for use in link.uses.all()]
    return [described(thing.specific if isinstance(thing, Page) else thing, user) for thing in things if thing]


class NotFoundPanel(Panel):
    """What readers have looked for in vain: what the portal lacks, in their own words."""

    name = "not_found"
    order = 250

    def content(self) -> dict[str, Any]:
        """List the most frequent."""
        return {"rows": without_result(limit=SHOWN)}


class BarriersPanel(Panel):
    """Barriers that readers have reported and nobody has answered yet."""

    name = "barriers"

    def __init__(self, request: HttpRequest) -> None:
        """Stand first as long as a report is open, else last."""
        super().__init__(request)
        self.open = list(BarrierReport.objects.open()[:SHOWN])
        self.order = 105 if self.open else LAST

    def content(self) -> dict[str, Any]:
        """List the most urgent first."""
        today = timezone.localdate()
        rows = [{"report": report, "late": report.due_on < today} for report in self.open]
        return {"rows": rows, "late": BarrierReport.objects.overdue().count() if rows else 0}

    def is_shown(self) -> bool:
        """Show it to those who may answer."""
        return self.user.has_perm("content.change_barrierreport")


class StatementPanel(Panel):
    """The declaration on accessibility has to be reviewed every twelve months (BITV 2.0 § 7 Abs. 5)."""

    name = "statement"

    def __init__(self, request: HttpRequest) -> None:
        """Stand first as long as something has to be done, else last."""
        super().__init__(request)
        self.statement = AccessibilityStatementPage.objects.filter(live=True).order_by("assessed_on").first()
        self.until = holds_until(self.statement.assessed_on) if self.statement else None
        self.soon = self.until is None or self.until - timezone.localdate() <= WARNED_BEFORE
        self.order = 100 if self.soon else LAST

    def content(self) -> dict[str, Any]:
        """Say until when the oldest assessment of those in all languages holds."""
        return {
            "statement": self.statement,
            "url": self.described(self.statement)["url"] if self.statement else None,
            "until": self.until,
            "soon": self.soon,
            "late": self.until is not None and self.until < timezone.localdate(),
        }


WARNED_BEFORE = timedelta(days=30)
"""So long before the twelve months end the editors are warned."""


def holds_until(assessed_on: date) -> date:
    """Return the day twelve months after an assessment; the last of February for one on 29 February."""
    try:
        return assessed_on.replace(year=assessed_on.year + 1)
    except ValueError:
        return assessed_on.replace(year=assessed_on.year + 1, day=28)


def own_panels(request: HttpRequest) -> list[Panel]:
    """Make the panels that this person sees."""
    barriers = BarriersPanel(request)
    return [
        StatementPanel(request),
        *([barriers] if barriers.is_shown() else []),
        MinePanel(request),
        OverduePanel(request),
        BrokenLinksPanel(request),
        NotFoundPanel(request),
    ]
