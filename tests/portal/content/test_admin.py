"""The dashboard, the reports, “Mark as checked”, and what Wagtail's admin does not show here."""

import csv
import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry
from wagtail.snippets.models import get_snippet_models

from funding.models import Programme
from portal.content.admin.panels import holds_until, own_panels
from portal.content.models import AccessibilityStatementPage, BarrierReport, GuidePage
from portal.content.services.checking import checked_models, mark_as_checked, overdue
from portal.editing import Checked
from portal.search.models import LoggedSearch
from tests.factories.content import (
    BarrierReportFactory,
    CheckedLinkFactory,
    FeedbackFactory,
    GuideFactory,
    LinkUseFactory,
    home_page,
)
from tests.factories.funding import ProgrammeFactory
from tests.portal.content.people import approver, client_of, editor

pytestmark = pytest.mark.django_db

LONG_AGO = date(2020, 1, 1)


def panels_of(person, rf):
    """What each panel of the dashboard shows this person, by name."""
    request = rf.get("/redaktion/")
    request.user = person
    return {panel.name: panel for panel in own_panels(request)}


def titles(panel):
    return [row["title"] for row in panel.content()["rows"]]


@pytest.fixture
def old() -> tuple[GuidePage, Programme]:
    return (
        GuideFactory(title="Alter Leitfaden", checked_on=LONG_AGO, check_interval_days=100),
        ProgrammeFactory(title="Altes Programm", checked_on=LONG_AGO + timedelta(days=1), check_interval_days=100),
    )


# --- checking ---


def test_every_kind_of_thing_that_editors_write_has_to_be_checked() -> None:
    models = checked_models()
    assert {GuidePage, Programme} <= set(models)
    assert [model for model in get_snippet_models() if issubclass(model, Checked) and model not in models] == []


def test_overdue_finds_pages_and_things_with_ones_own_first(old) -> None:
    guide, programme = old
    GuideFactory(title="Frischer Leitfaden")
    GuideFactory(title="Alter Entwurf", hidden=True, checked_on=LONG_AGO)
    person = editor()
    Programme.objects.filter(pk=programme.pk).update(responsible=person)
    assert [(row.model, row.pk) for row in overdue()] == [(GuidePage, guide.pk), (Programme, programme.pk)]
    assert [(row.model, row.pk) for row in overdue(first=person)] == [(Programme, programme.pk), (GuidePage, guide.pk)]


@pytest.mark.parametrize("kind", [0, 1], ids=["page", "thing"])
def test_marking_as_checked_is_noted_in_thing_and_history(old, kind: int) -> None:
    thing, person = old[kind], editor()
    address = reverse("content_mark_checked", args=[thing._meta.label_lower, thing.pk])
    answer = client_of(person).post(address, {"next": "/redaktion/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/redaktion/")
    thing.refresh_from_db()
    assert (thing.checked_on, thing.is_check_overdue) == (timezone.localdate(), False)
    log = PageLogEntry if kind == 0 else ModelLogEntry
    assert log.objects.get(action="portal.checked").user == person


def test_marking_as_checked_asks_for_a_post_a_right_and_a_thing(old) -> None:
    guide, programme = old
    client = client_of(editor())
    page = reverse("content_mark_checked", args=["content.guidepage", guide.pk])
    thing = reverse("content_mark_checked", args=["funding.programme", programme.pk])
    assert [client.get(address).status_code for address in (page, thing)] == [405, 405]
    for wrong in ("accounts.user", "content.keydate", "nothing.there", "nothing", "content.guidepage"):
        assert client.post(reverse("content_mark_checked", args=[wrong, 999_999_999])).status_code == 404
    powerless = editor()
    for group in powerless.groups.all():
        group.page_permissions.all().delete()
        group.permissions.remove(*group.permissions.filter(codename="change_programme"))
    for address in (page, thing):
        client_of(powerless).post(address)
    guide.refresh_from_db()
    programme.refresh_from_db()
    assert (guide.checked_on, programme.checked_on) == (LONG_AGO, LONG_AGO + timedelta(days=1))


def test_a_text_with_a_fault_can_be_marked_as_checked_all_the_same() -> None:
    imprint = home_page().get_children().get(slug="impressum").specific
    imprint.slug = "anders"
    mark_as_checked(thing=imprint, by=editor())
    imprint.refresh_from_db()
    assert (imprint.checked_on, imprint.slug) == (timezone.localdate(), "impressum")


def test_mark_as_checked_is_offered_where_one_edits(old) -> None:
    guide, programme = old
    client = client_of(editor())
    for thing, pages in (
        (guide, [reverse("wagtailadmin_pages:edit", args=[guide.pk]), f"/redaktion/pages/{guide.get_parent().pk}/"]),
        (
            programme,
            [f"/redaktion/snippets/funding/programme/edit/{programme.pk}/", "/redaktion/snippets/funding/programme/"],
        ),
    ):
        address = reverse("content_mark_checked", args=[thing._meta.label_lower, thing.pk])
        for page in pages:
            assert f'data-w-action-url-value="{address}"' in client.get(page).content.decode(), page


# --- dashboard ---


def test_the_dashboard_shows_what_is_mine(rf) -> None:
    writer, other = editor(), editor()
    assert titles(panels_of(writer, rf)["mine"]) == []
    for thing, person in (
        (GuideFactory(hidden=True), writer),
        (ProgrammeFactory(hidden=True), writer),
        (GuideFactory(), other),
    ):
        thing.title = f"Entwurf {thing._meta.model_name}"
        thing.save_revision(user=person)
    assert titles(panels_of(writer, rf)["mine"]) == ["Entwurf programme", "Entwurf guidepage"]


def test_the_dashboard_shows_what_is_overdue_with_a_button(old, rf) -> None:
    panel = panels_of(editor(), rf)["overdue"].content()
    assert [(str(row["thing"]), row["due_on"], row["mine"]) for row in panel["rows"]] == [
        (str(thing), thing.check_due_on, False) for thing in old
    ]
    assert [row["check_url"] for row in panel["rows"]] == [
        reverse("content_mark_checked", args=[thing._meta.label_lower, thing.pk]) for thing in old
    ]


def test_the_dashboard_shows_broken_links_with_their_places(rf) -> None:
    use = LinkUseFactory(link__url="https://weg.example.org/", link__status=404, link__checked_at=timezone.now())
    CheckedLinkFactory(status=200, checked_at=timezone.now())
    (row,) = panels_of(editor(), rf)["broken_links"].content()["rows"]
    assert (row["link"].url, [place["thing"].pk for place in row["uses"]]) == (
        "https://weg.example.org/",
        [use.object_id],
    )


def test_the_dashboard_shows_what_was_looked_for_in_vain(rf) -> None:
    LoggedSearch.objects.create(day=timezone.localdate(), words="drohnen", times=3)
    assert panels_of(editor(), rf)["not_found"].content() == {"rows": [("drohnen", 3)]}


def test_the_dashboard_puts_open_barriers_first_and_marks_late_ones(rf) -> None:
    assert panels_of(editor(), rf)["barriers"].order == 400
    late = BarrierReportFactory(due_on=timezone.localdate() - timedelta(days=1))
    open_one = BarrierReportFactory()
    panel = panels_of(editor(), rf)["barriers"]
    assert [(row["report"], row["late"]) for row in panel.content()["rows"]] == [(late, True), (open_one, False)]
    assert (panel.order, panel.content()["late"]) == (105, 1)


@pytest.mark.parametrize(
    "days, soon, late", [(-31, False, False), (-30, True, False), (0, True, False), (1, True, True)]
)
def test_the_dashboard_warns_before_the_declaration_is_a_year_old(rf, days: int, soon: bool, late: bool) -> None:
    home_page()
    statement = AccessibilityStatementPage.objects.get(locale__language_code="de")
    AccessibilityStatementPage.objects.exclude(pk=statement.pk).delete()
    AccessibilityStatementPage.objects.update(created_on=LONG_AGO, assessed_on=date(2026, 3, 1))
    with time_machine.travel(f"{date(2027, 3, 1) + timedelta(days=days)} 12:00", tick=False):
        shown = panels_of(editor(), rf)["statement"].content()
    assert (shown["until"], shown["soon"], shown["late"]) == (date(2027, 3, 1), soon, late)


def test_a_declaration_made_on_a_leap_day_holds_until_the_last_of_february() -> None:
    assert holds_until(date(2028, 2, 29)) == date(2029, 2, 28)


def test_the_dashboard_is_drawn_with_everything_and_with_nothing(old) -> None:
    client = client_of(approver())
    home_page()
    for _ in range(2):
        page = client.get("/redaktion/").content.decode()
        assert 'id="overdue-section"' in page
        assert "recent-edits" not in page
        BarrierReportFactory(due_on=LONG_AGO, created_at=timezone.now())
        LinkUseFactory(link__status=404, link__checked_at=timezone.now())
    assert page.count("<h1") == 1


# --- reports ---


def exported(client: Client, name: str, **query: str) -> list[list[str]]:
    answer = client.get(reverse(name), {"export": "csv", **query})
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_report_of_what_is_overdue_has_filters_and_export(old) -> None:
    person = editor()
    client = client_of(person)
    Programme.objects.update(responsible=person)
    assert [row[0] for row in exported(client, "content_overdue_report")[1:]] == ["Altes Programm", "Alter Leitfaden"]
    for query, expected in (
        ({"responsible": "me"}, ["Altes Programm"]),
        ({"responsible": "nobody"}, ["Alter Leitfaden"]),
        ({"kind": "content.guidepage"}, ["Alter Leitfaden"]),
        ({"kind": "nothing"}, []),
    ):
        assert [row[0] for row in exported(client, "content_overdue_report", **query)[1:]] == expected, query
    shown = client.get(reverse("content_overdue_report")).content.decode()
    assert [title in shown for title in ("Altes Programm", "Alter Leitfaden")] == [True, True]
    sheet = client.get(reverse("content_overdue_report"), {"export": "xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(sheet.streaming_content))).active.values)
    assert [row[0] for row in rows[1:]] == ["Altes Programm", "Alter Leitfaden"]


def test_the_report_of_links_tells_broken_from_working() -> None:
    LinkUseFactory(link__url="https://weg.example.org/", link__status=404)
    CheckedLinkFactory(url="https://da.example.org/", status=200)
    client = client_of(editor())
    assert sorted(row[0] for row in exported(client, "content_links_report")[1:]) == [
        "https://da.example.org/",
        "https://weg.example.org/",
    ]
    assert [row[0] for row in exported(client, "content_links_report", state="broken")[1:]] == [
        "https://weg.example.org/"
    ]
    assert [row[0] for row in exported(client, "content_links_report", state="working")[1:]] == [
        "https://da.example.org/"
    ]
    assert "https://weg.example.org/" in client.get(reverse("content_links_report")).content.decode()


def test_the_report_of_feedback_counts_page_by_page() -> None:
    for path, helpful, text in (("/a/", True, ""), ("/a/", False, "Zu lang"), ("/a/", True, ""), ("/b/", False, "")):
        FeedbackFactory(path=path, helpful=helpful, text=text)
    today = str(timezone.localdate())
    client = client_of(editor())
    assert exported(client, "content_feedback_report")[1:] == [
        ["/b/", "0", "1", "0", "0", today],
        ["/a/", "2", "1", "67", "1", today],
    ]
    assert [row[0] for row in exported(client, "content_feedback_report", path="a")[1:]] == ["/a/"]
    before = {"given_on_from": "01.01.2020", "given_on_to": "31.12.2020"}
    assert exported(client, "content_feedback_report", **before)[1:] == []
    assert [row[2] for row in exported(client, "content_comments_report")[1:]] == ["Zu lang"]


def test_what_readers_wrote_is_no_formula_in_a_spreadsheet() -> None:
    FeedbackFactory(text='=HYPERLINK("https://boese.example.org")')
    client = client_of(editor())
    assert exported(client, "content_comments_report")[1][2] == '\'=HYPERLINK("https://boese.example.org")'
    sheet = client.get(reverse("content_comments_report"), {"export": "xlsx"})
    cell = openpyxl.load_workbook(io.BytesIO(b"".join(sheet.streaming_content))).active["C2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("https://boese.example.org")', "s")


def test_reports_are_drawn_where_there_is_nothing() -> None:
    client = client_of(approver())
    for name in ("overdue", "links", "feedback", "comments", "barriers"):
        assert client.get(reverse(f"content_{name}_report")).status_code == 200
        assert client.get(reverse(f"content_{name}_report_results")).status_code == 200


def test_a_reported_barrier_is_answered_in_the_admin(mailoutbox, django_capture_on_commit_callbacks) -> None:
    report = BarrierReportFactory(description="Kein Kontrast", email="leserin@example.org")
    person = editor()
    client = client_of(person)
    address = reverse("content_answer_barrier", args=[report.pk])
    assert "Kein Kontrast" in client.get(address).content.decode()
    assert (client.post(address, {"answer": "  "}).status_code, BarrierReport.objects.open().count()) == (200, 1)
    assert client.post(address, {"answer": "Ist behoben."}).status_code == 302
    report.refresh_from_db()
    assert (report.answer, report.answered_by) == ("Ist behoben.", person)
    again = client.post(address, {"answer": "Noch einmal."})
    assert (again.status_code, BarrierReport.objects.get().answer) == (200, "Ist behoben.")
    assert [row[2] for row in exported(client, "content_barriers_report", state="answered")[1:]] == ["Kein Kontrast"]
    assert exported(client, "content_barriers_report", state="open")[1:] == []
    assert "leserin@example.org" not in str(exported(client, "content_barriers_report"))


# --- what is not shown ---


def test_the_admin_is_german_and_names_no_other_host() -> None:
    page = client_of(approver()).get("/redaktion/").content.decode()
    assert '<html lang="de"' in page
    assert "Bilder" in page
    assert [host for host in ("guide.wagtail.org", "docs.wagtail.org", "gravatar") if host in page] == []


def test_ones_account_is_not_edited_in_the_admin() -> None:
    person = editor()
    client = client_of(person)
    page = client.get("/redaktion/account/").content.decode()
    assert [name in page for name in ("name_email-first_name", "avatar-avatar", "password-old_password")] == [False] * 3
    client.post("/redaktion/account/", {"name_email-first_name": "Anders", "name_email-email": "anders@example.org"})
    person.refresh_from_db()
    assert person.email != "anders@example.org"


def test_the_admins_policy_stays_in_the_admin() -> None:
    home_page()
    client = client_of(editor())
    admin, public = (client.get(address).headers["Content-Security-Policy"] for address in ("/redaktion/", "/"))
    assert ("script-src 'self' 'unsafe-inline'" in admin, "unsafe-inline" in public) == (True, False)
    assert "script-src-attr 'none'" in admin


def test_the_checker_is_in_the_preview_and_not_on_public_pages() -> None:
    guide = GuideFactory()
    client = client_of(editor())
    preview = client.get(reverse("wagtailadmin_pages:view_draft", args=[guide.pk]))
    public = client.get(guide.get_absolute_url())
    assert ["wagtail-userbar" in page.content.decode() for page in (preview, public)] == [True, False]


def test_the_preview_can_be_framed_by_the_admin_and_public_pages_by_nobody() -> None:
    guide = GuideFactory()
    client = client_of(editor())
    frame = reverse("wagtailadmin_pages:preview_on_edit", args=[guide.pk]) + "?in_preview_panel=true"
    answers = [client.get(frame), client.get(guide.get_absolute_url())]
    assert [answer.headers["X-Frame-Options"] for answer in answers] == ["SAMEORIGIN", "DENY"]
    policies = [answer.headers["Content-Security-Policy"] for answer in answers]
    assert ["frame-ancestors 'self'" in policy for policy in policies] == [True, False]
    assert ["frame-ancestors 'none'" in policy for policy in policies] == [False, True]


def test_days_are_entered_with_the_browsers_own_calendar() -> None:
    """Wagtail's stays open over what follows it when one goes on by Tab (WCAG 2.4.11)."""
    programme = ProgrammeFactory(closes_on=date(2026, 12, 9))
    page = client_of(approver()).get(f"/redaktion/snippets/funding/programme/edit/{programme.pk}/").content.decode()
    (field,) = re.findall(r'<input[^>]+name="closes_on"[^>]*>', page)
    assert 'type="date"' in field
    assert 'value="2026-12-09"' in field
