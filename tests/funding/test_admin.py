"""Funding programmes in the editors' admin: drafts and approval, what a source says, list, history, preview."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import management
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import ModelLogEntry
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from funding.models import TERM_FIELDS, Condition, Programme
from portal.accounts.models import APPROVERS
from tests.factories.accounts import UserFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ConditionFactory, ContactFactory, LinkFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_funding_programme:{name}", args=args)


def signed_in(**traits: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(**traits))
    return client


@pytest.fixture
def editor() -> Client:
    return signed_in(editor=True)


@pytest.fixture
def approver() -> Client:
    user = UserFactory(second_factor=True)
    user.groups.add(Group.objects.get(name=APPROVERS))
    client = Client()
    client.force_login(user)
    return client


def form(programme: Programme | None = None, **changed: Any) -> dict[str, Any]:
    """What a browser sends for a programme, with some values changed; ``action`` names the button."""
    action = changed.pop("action", None)
    plain, lists = ("title", "slug", "summary", "description"), ("areas", "applicants", "kinds", "fields", "levels")
    if programme is None:
        values: dict[str, Any] = {
            "title": "Radwege",
            "slug": "radwege",
            "summary": "",
            "description": "",
            "areas": ["08"],
        }
        parts: dict[str, Any] = {"contacts": [], "links": [], "conditions": []}
    else:
        values = {name: getattr(programme, name) for name in (*plain, *lists)}
        parts = {
            "contacts": [{"id": c.pk, "institution": c.institution} for c in programme.contacts.all()],
            "links": [{"id": k.pk, "kind": k.kind, "title": k.title, "url": k.url} for k in programme.links.all()],
            "conditions": [condition_row(condition) for condition in programme.conditions.all()],
        }
    parts = {name: changed.pop(name, rows) for name, rows in parts.items()}
    formsets = {name: inline_formset(rows, initial=sum("id" in row for row in rows)) for name, rows in parts.items()}
    values |= {"check_interval_days": 180, "responsible": "", "go_live_at": "", "expire_at": "", "funders": ""}
    return values | changed | nested_form_data(formsets) | ({f"action-{action}": "1"} if action else {})


def condition_row(condition: Condition) -> dict[str, Any]:
    row = {name: getattr(condition, name) for name in ("kind", "applicants", "minimum", "maximum", "demanded")}
    texts = {"places": "\n".join(condition.places), "question": condition.question, "source": condition.source}
    filled = {name: value for name, value in {**row, **texts}.items() if value not in (None, "", [])}
    return {"id": condition.pk, "urbanisation": condition.urbanisation, **filled}


def shown(programme: Programme) -> str:
    return Client().get(programme.get_absolute_url()).content.decode()


# --- writing and approving ---


def test_editor_submits_and_another_person_approves(editor, approver):
    assert editor.post(url("add"), form(title="Radwege", action="submit")).status_code == 302
    programme = Programme.objects.get(title="Radwege")
    assert (programme.state, programme.source, programme.areas) == ("draft", "own", ["08"])
    assert Client().get(programme.get_absolute_url()).status_code == 404
    approval = url("workflow_action", programme.pk, "approve", programme.current_workflow_task_state.pk)
    editor.post(approval)
    programme.refresh_from_db()
    assert programme.live is False
    approver.post(approval)
    programme = Programme.objects.get(pk=programme.pk)
    assert programme.state == "published"
    assert programme.first_published_at is not None
    assert "Radwege" in shown(programme)


def test_editor_alone_cannot_publish(editor, approver):
    programme = ProgrammeFactory(hidden=True)
    editor.post(url("edit", programme.pk), form(programme, action="publish"))
    programme.refresh_from_db()
    assert programme.state == "draft"
    approver.post(url("edit", programme.pk), form(programme, action="publish"))
    programme.refresh_from_db()
    assert programme.state == "published"


def test_what_is_published_stays_while_a_draft_is_written(editor, approver):
    programme = ProgrammeFactory(title="Alt")
    old = ContactFactory(programme=programme, institution="Altes Amt")
    contacts = [{"id": old.pk, "institution": "Altes Amt", "DELETE": "on"}, {"institution": "Neues Amt"}]
    editor.post(url("edit", programme.pk), form(programme, title="Neu", contacts=contacts))
    programme.refresh_from_db()
    assert (programme.title, programme.live, programme.has_unpublished_changes) == ("Alt", True, True)
    assert "Altes Amt" in shown(programme)
    assert "Neues Amt" not in shown(programme)
    assert programme.get_latest_revision_as_object().title == "Neu"
    approver.post(url("edit", programme.pk), form(programme, title="Neu", contacts=contacts, action="publish"))
    programme.refresh_from_db()
    assert (programme.title, programme.has_unpublished_changes) == ("Neu", False)
    assert [contact.institution for contact in programme.contacts.all()] == ["Neues Amt"]


def test_earlier_version_is_restored_and_keeps_when_it_was_checked(approver):
    programme = ProgrammeFactory(title="Alt", checked_on=None)
    for title in ("Alt", "Neu"):
        approver.post(url("edit", programme.pk), form(programme, title=title, action="publish"))
    Programme.objects.filter(pk=programme.pk).update(checked_on=timezone.localdate())
    programme.refresh_from_db()
    assert programme.title == "Neu"
    first = programme.revisions.order_by("pk").first()
    restored = url("revisions_revert", programme.pk, first.pk)
    assert approver.get(restored).status_code == 200
    old = form(programme, title="Alt", revision=first.pk, action="publish")
    approver.post(url("edit", programme.pk), old)
    programme.refresh_from_db()
    assert (programme.title, programme.checked_on) == ("Alt", timezone.localdate())


def test_versions_can_be_compared(approver):
    programme = ProgrammeFactory(title="Alt", kinds=["zuschuss"])
    for title in ("Alt", "Neu"):
        approver.post(url("edit", programme.pk), form(programme, title=title, kinds=["darlehen"], action="publish"))
    earlier, later = programme.revisions.order_by("pk").values_list("pk", flat=True)
    page = approver.get(url("revisions_compare", programme.pk, earlier, later))
    assert page.status_code == 200
    assert "Neu" in page.content.decode()


def test_change_that_is_scheduled_leaves_the_published_version(approver):
    programme = ProgrammeFactory(title="Alt")
    later = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    approver.post(url("edit", programme.pk), form(programme, title="Neu", go_live_at=later, action="publish"))
    programme.refresh_from_db()
    assert (programme.title, programme.live) == ("Alt", True)
    programme.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=timezone.now())
    management.call_command("publish_scheduled", stdout=StringIO())
    programme.refresh_from_db()
    assert programme.live is True


def test_withdrawn_programme_is_gone_for_readers_and_can_come_back(approver):
    programme = ProgrammeFactory()
    approver.post(url("unpublish", programme.pk))
    programme.refresh_from_db()
    assert programme.state == "withdrawn"
    assert Client().get(programme.get_absolute_url()).status_code == 404
    approver.post(url("edit", programme.pk), form(programme, action="publish"))
    programme.refresh_from_db()
    assert programme.state == "published"


def test_draft_without_an_area_is_refused_beside_the_field(editor):
    answer = editor.post(url("add"), form(title="Radwege", areas=[]))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["areas"]
    assert Programme.objects.count() == 0


def test_funding_bodies_are_written_one_in_each_line(editor):
    editor.post(url("add"), form(funders="Ministerium für Umwelt, Klima und Energie\r\n\r\n Land "))
    programme = Programme.objects.get()
    assert programme.funders == ["Ministerium für Umwelt, Klima und Energie", "Land"]
    page = editor.get(url("edit", programme.pk)).content.decode()
    assert "Ministerium für Umwelt, Klima und Energie\nLand</textarea>" in page
    answer = editor.post(url("add"), form(slug="anders", funders="x" * 301))
    assert list(answer.context["form"].errors) == ["funders"]


def test_contacts_can_change_places(approver):
    programme = ProgrammeFactory()
    first, second = (ContactFactory(programme=programme, position=n, institution=f"Amt {n}") for n in (0, 1))
    swapped = [
        {"id": second.pk, "institution": second.institution, "ORDER": 1},
        {"id": first.pk, "institution": first.institution, "ORDER": 2},
    ]
    approver.post(url("edit", programme.pk), form(programme, contacts=swapped, action="publish"))
    assert list(programme.contacts.values_list("institution", flat=True)) == ["Amt 1", "Amt 0"]


def test_address_stays_once_it_was_published(approver):
    draft, published = ProgrammeFactory(hidden=True, slug="entwurf"), ProgrammeFactory(slug="offen")
    for programme in (draft, published):
        approver.post(url("edit", programme.pk), form(programme, slug=f"neu-{programme.pk}", action="publish"))
        programme.refresh_from_db()
    assert (draft.slug, published.slug) == (f"neu-{draft.pk}", "offen")


# --- what a source says ---


def imported(**values: Any) -> Programme:
    programme = ProgrammeFactory(imported=True, title="Text der Quelle", **values)
    ContactFactory(programme=programme, institution="Amt der Quelle")
    LinkFactory(programme=programme, title="Link der Quelle")
    return programme


def test_forged_request_changes_nothing_of_what_a_source_says(approver):
    programme = imported(summary="<p>Kurz</p>", text_format="html")
    before = Programme.objects.filter(pk=programme.pk).values().get()
    person = UserFactory(editor=True)
    forged = form(
        programme,
        title="Gefälscht",
        slug="gefaelscht",
        summary="Gefälscht",
        description="Gefälscht",
        areas=["09"],
        funders="Gefälscht",
        source="own",
        source_url="https://example.org/",
        contacts=[{"institution": "Gefälscht"}],
        links=[],
        responsible=person.pk,
        check_interval_days=90,
        action="publish",
    )
    assert approver.post(url("edit", programme.pk), forged).status_code == 302
    after = Programme.objects.filter(pk=programme.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        *("responsible_id", "check_interval_days", "latest_revision_id", "live_revision_id", "last_published_at"),
        *("updated_at",),
    }
    assert (after["responsible_id"], after["check_interval_days"]) == (person.pk, 90)
    assert [contact.institution for contact in programme.contacts.all()] == ["Amt der Quelle"]
    assert [link.title for link in programme.links.all()] == ["Link der Quelle"]
    programme.refresh_from_db()
    assert programme.revisions.get().as_object().title == "Text der Quelle"


def test_form_shows_what_a_source_says_and_why_it_cannot_be_changed(editor):
    programme = imported(description="<p>Ein <b>Absatz</b>.</p><script>alert(1)</script>", text_format="html")
    page = editor.get(url("edit", programme.pk))
    html = page.content.decode()
    assert set(page.context["form"].fields) == {
        *TERM_FIELDS,
        *("conditions_read_on", "part_of", "variant_of"),
        "responsible",
        "check_interval_days",
        "go_live_at",
        "expire_at",
    }
    assert set(page.context["form"].formsets) == {"conditions"}  # they are ours
    for words in ("CC BY-ND 4.0", "<p>Ein <b>Absatz</b>.</p>", "Amt der Quelle", "Link der Quelle"):
        assert words in html
    assert "<script>alert(1)" not in html
    own = editor.get(url("edit", ProgrammeFactory().pk)).context["form"]
    assert {"title", "description", "areas"} <= set(own.fields)
    assert set(own.formsets) == {"contacts", "links", "conditions"}


def test_imported_programme_can_be_withdrawn_and_published(approver):
    programme = imported()
    approver.post(url("unpublish", programme.pk))
    programme.refresh_from_db()
    assert programme.state == "withdrawn"
    approver.post(url("edit", programme.pk), form(programme, action="publish"))
    programme.refresh_from_db()
    assert programme.state == "published"


def test_imported_programme_without_an_area_cannot_be_published(approver):
    programme = ProgrammeFactory(imported=True, hidden=True, areas=[])
    for action in ("publish", "submit"):
        answer = approver.post(url("edit", programme.pk), form(programme, action=action))
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == ["__all__"]
    programme.refresh_from_db()
    assert programme.state == "draft"


def test_imported_programme_is_never_deleted(approver):
    theirs, ours = imported(), ProgrammeFactory()
    bulk = reverse("wagtail_bulk_action", args=["funding", "programme", "delete"])
    approver.post(url("delete", theirs.pk))
    approver.post(f"{bulk}?id={theirs.pk}")
    assert set(Programme.objects.all()) == {theirs, ours}
    approver.post(url("delete", ours.pk))
    assert set(Programme.objects.all()) == {theirs}


def test_nothing_can_be_copied():
    with pytest.raises(NoReverseMatch):
        url("copy", 1)


# --- list ---


def titles(answer: Any) -> list[str]:
    return [programme.title for programme in answer.context["object_list"]]


@pytest.mark.parametrize(
    "query, found",
    [
        ({"state": "published"}, ["A alt", "B frisch", "E Quelle"]),
        ({"state": "draft"}, ["C Entwurf"]),
        ({"state": "withdrawn"}, ["D zurück"]),
        ({"source": "foerderdatenbank"}, ["E Quelle"]),
        ({"source": "own", "state": "draft"}, ["C Entwurf"]),
        ({"check": "overdue"}, ["A alt"]),
        ({"check": "in-time"}, ["B frisch", "C Entwurf", "D zurück"]),
        ({"check": "never"}, ["E Quelle"]),
        ({"area": "08"}, ["B frisch"]),
        ({"q": "frisch"}, ["B frisch"]),
        ({}, ["A alt", "B frisch", "C Entwurf", "D zurück", "E Quelle"]),
    ],
)
def test_list_is_filtered(editor, query, found):
    today = timezone.localdate()
    ProgrammeFactory(title="A alt", checked_on=today - timedelta(days=181))
    ProgrammeFactory(title="B frisch", areas=["08"], checked_on=today - timedelta(days=180))
    ProgrammeFactory(title="C Entwurf", hidden=True)
    ProgrammeFactory(title="D zurück", withdrawn=True)
    ProgrammeFactory(title="E Quelle", imported=True, checked_on=None)
    Programme.objects.filter(title="E Quelle").update(first_published_at=timezone.now() - timedelta(days=900))
    assert titles(editor.get(url("list"), query)) == found


def test_list_costs_the_same_for_any_number(editor, django_assert_max_num_queries, django_assert_num_queries):
    ProgrammeFactory()
    editor.get(url("list"))
    with django_assert_max_num_queries(40) as one:
        editor.get(url("list"))
    ProgrammeFactory.create_batch(10)
    with django_assert_num_queries(len(one)):
        editor.get(url("list"))


def test_export_cannot_make_a_spreadsheet_calculate(editor):
    ProgrammeFactory(title="=HYPERLINK(1)", responsible=UserFactory(display_name="+Frau Muster"))
    ProgrammeFactory(title="Normal")
    answer = editor.get(url("list"), {"export": "csv"})
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))
    assert [next(iter(row.values())) for row in rows] == ["'=HYPERLINK(1)", "Normal"]
    assert "'+Frau Muster" in rows[0].values()
    assert editor.get(url("list"), {"export": "xlsx"}).status_code == 200


# --- preview, history, access ---


def test_preview_is_the_page_that_readers_see(editor):
    programme = ProgrammeFactory(title="Alt")
    address = url("preview_on_edit", programme.pk)
    assert editor.post(address, form(programme, title="Vorschau")).json()["is_valid"] is True
    page = editor.get(address).content.decode()
    assert "<h1>Vorschau</h1>" in page
    assert "css/portal.css" in page
    assert editor.post(url("preview_on_add"), form(title="Ganz neu")).json()["is_valid"] is True
    assert "<h1>Ganz neu</h1>" in editor.get(url("preview_on_add")).content.decode()


def test_history_and_usage_answer(editor):
    programme = ProgrammeFactory()
    editor.post(url("edit", programme.pk), form(programme, title="Neu"))
    assert ModelLogEntry.objects.for_instance(programme).values_list("action", flat=True).get() == "wagtail.edit"
    for name in ("history", "usage", "edit"):
        assert editor.get(url(name, programme.pk)).status_code == 200


def test_admin_is_closed_to_readers():
    programme = ProgrammeFactory()
    for client, status in ((Client(), 302), (signed_in(), 403)):
        for address in (url("list"), url("edit", programme.pk), url("add")):
            assert client.get(address).status_code == status
        client.post(url("edit", programme.pk), form(programme, title="Fremd", action="publish"))
    programme.refresh_from_db()
    assert programme.title != "Fremd"


# --- terms and conditions ---


def test_conditions_are_checked_when_saved_and_an_impossible_one_is_named_beside_its_field(approver):
    programme = ProgrammeFactory()
    wrong = {"kind": "einwohner", "minimum": "10", "maximum": "5", "source": "Nr. 3", "urbanisation": []}
    answer = approver.post(url("edit", programme.pk), form(programme, conditions=[wrong]))
    assert answer.status_code == 200
    assert "Die höchste Zahl liegt unter der niedrigsten" in answer.content.decode()
    assert 'value="Nr. 3"' in answer.content.decode()
    right = {**wrong, "maximum": "500"}
    saved = form(programme, conditions=[right], conditions_read_on="2026-11-01", action="publish")
    assert approver.post(url("edit", programme.pk), saved).status_code == 302
    condition = programme.conditions.get()
    assert (condition.minimum, condition.maximum, condition.source) == (10, 500, "Nr. 3")


def test_cut_off_dates_are_written_one_in_each_line_as_people_write_them(approver):
    programme = ProgrammeFactory()
    typed = form(programme, cut_off_dates="30.06.2027\n31.03.2027\n\n31.03.2027", action="publish")
    assert approver.post(url("edit", programme.pk), typed).status_code == 302
    programme.refresh_from_db()
    assert programme.cut_off_dates == [date(2027, 3, 31), date(2027, 6, 30)]
    assert "31.03.2027\n30.06.2027" in approver.get(url("edit", programme.pk)).content.decode()
    wrong = approver.post(url("edit", programme.pk), form(programme, cut_off_dates="31.02.2027"))
    assert wrong.status_code == 200
    assert "31.02.2027" in wrong.content.decode()


def test_the_form_says_how_many_municipalities_a_programme_fits(approver):
    MunicipalityFactory(ags="08118048", population=93_593)
    MunicipalityFactory(ags="08118001", population=900)
    condition = ConditionFactory(maximum=5_000)
    page = " ".join(strip_tags(approver.get(url("edit", condition.programme.pk)).content.decode()).split())
    assert "passende Kommunen 1, noch offen 0, nicht passend 1." in page
