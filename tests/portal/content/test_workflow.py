"""Draft, approval by a second person, publication, versions, locks, comments, schedule: pages and things alike."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, Locale, Revision, WorkflowState
from wagtail.test.utils.form_data import querydict_from_html
from wagtail_localize.models import Translation

from funding.models import Programme
from portal.accounts.models import User
from portal.content.models import GuidePage
from tests.factories.content import GuideFactory
from tests.factories.funding import ProgrammeFactory
from tests.portal.content.people import approver, client_of, editor

pytestmark = pytest.mark.django_db


def new_page() -> GuidePage:
    return GuideFactory(title="Der erste Titel", slug="ein-leitfaden", hidden=True)


def new_programme() -> Programme:
    return ProgrammeFactory(title="Der erste Titel", slug="ein-programm", hidden=True)


@pytest.fixture(params=[new_page, new_programme], ids=["page", "thing"])
def thing(request: pytest.FixtureRequest) -> Any:
    made = request.param()
    made.save_revision(user=None)
    return type(made).objects.get(pk=made.pk)


def again(thing: Any) -> Any:
    return type(thing).objects.get(pk=thing.pk)


def draft(thing: Any, title: str, by: User) -> Revision:
    newer = again(thing).get_latest_revision_as_object()
    newer.title = title
    revision: Revision = newer.save_revision(user=by)
    return revision


def submit(thing: Any, by: User) -> WorkflowState:
    state: WorkflowState = again(thing).get_workflow().start(again(thing), by)
    return state


def address(thing: Any, page_view: str, thing_view: str, *arguments: object) -> str:
    """Where the admin does something with a page, or the same with a thing."""
    if isinstance(thing, GuidePage):
        return reverse(f"wagtailadmin_pages:{page_view}", args=[thing.pk, *arguments])
    return reverse(Programme.snippet_viewset.get_url_name(thing_view), args=[thing.pk, *arguments])


def workflow_action(thing: Any, action: str, state: WorkflowState) -> str:
    return address(thing, "workflow_action", "workflow_action", action, state.current_task_state_id)


def test_what_an_editor_submits_a_second_person_publishes(thing: Any) -> None:
    writer, second = editor(), approver()
    draft(thing, "Der zweite Titel", writer)
    state = submit(thing, writer)
    assert (again(thing).live, again(thing).title) == (False, "Der erste Titel")
    answer = client_of(second).post(workflow_action(thing, "approve", state), {"comment": "Gut."})
    assert answer.status_code in {200, 302}
    state.refresh_from_db()
    assert (state.status, again(thing).live, again(thing).title) == ("approved", True, "Der zweite Titel")


def test_an_editor_can_approve_and_publish_nothing(thing: Any) -> None:
    writer, colleague = editor(), editor()
    draft(thing, "Der zweite Titel", writer)
    state = submit(thing, writer)
    for person in (writer, colleague):
        client_of(person).post(workflow_action(thing, "approve", state), {"comment": ""})
        publish_by_form(client_of(person), thing)
    state.refresh_from_db()
    assert (state.status, again(thing).live) == ("in_progress", False)
    publish_by_form(client_of(approver()), thing)
    assert (again(thing).live, again(thing).title) == (True, "Heimlich")


def publish_by_form(client: Client, thing: Any) -> None:
    """Send what the “Publish” button sends."""
    page = address(thing, "edit", "edit")
    form = querydict_from_html(client_of(approver()).get(page).content.decode(), form_id=FORMS[type(thing)]).dict()
    streams = ("steps", "body", "interactions", "data_protection", "downloads", "related")  # filled in by scripts
    form |= {f"{name}-count": "0" for name in streams}
    client.post(page, form | {"title": "Heimlich", "action-publish": "action-publish"})


FORMS = {GuidePage: "page-edit-form", Programme: "w-editor-form"}


def test_an_approver_cannot_approve_what_she_submitted_herself(thing: Any) -> None:
    second = approver()
    draft(thing, "Der zweite Titel", second)
    state = submit(thing, second)
    answer = client_of(second).post(workflow_action(thing, "approve", state), {"comment": ""})
    state.refresh_from_db()
    assert (state.status, again(thing).live) == ("in_progress", False)
    assert answer.status_code in {302, 403}
    assert again(thing).current_workflow_task.get_actions(again(thing), second) == []
    third = approver()
    assert [name for name, _, _ in again(thing).current_workflow_task.get_actions(again(thing), third)] != []


def test_an_approver_cannot_approve_her_own_by_the_address_of_another_piece() -> None:
    """Wagtail asks what may be done by the piece, and does it by the step; both stand in the address."""
    second, writer = approver(), editor()
    own, other = new_page(), GuideFactory(hidden=True)
    for page, by in ((own, second), (other, writer)):
        page.save_revision(user=by)
    state = submit(own, second)
    submit(other, writer)
    assert again(other).current_workflow_task.get_actions(again(other), second) != []
    forged = workflow_action(other, "approve", state)
    assert client_of(second).post(forged, {"comment": ""}).status_code in {302, 403}
    state.refresh_from_db()
    assert (state.status, again(own).live) == ("in_progress", False)
    with pytest.raises(PermissionDenied, match=r"second person|zweite"):
        state.current_task_state.task.specific.on_action(state.current_task_state, second, "approve")


def test_what_is_sent_back_can_be_submitted_again(thing: Any) -> None:
    writer, second = editor(), approver()
    draft(thing, "Der zweite Titel", writer)
    state = submit(thing, writer)
    client_of(second).post(workflow_action(thing, "reject", state), {"comment": "Bitte kürzer."})
    state.refresh_from_db()
    assert state.status == "needs_changes"
    draft(thing, "Kürzer", writer)
    state.resume(user=writer)
    client_of(second).post(workflow_action(thing, "approve", state), {"comment": ""})
    assert (again(thing).live, again(thing).title) == (True, "Kürzer")


def test_the_published_version_stays_while_a_draft_waits(thing: Any) -> None:
    writer = editor()
    draft(thing, "Veröffentlicht", writer).publish(user=approver())
    draft(thing, "Neuer Entwurf", writer)
    submit(thing, writer)
    page = again(thing).get_absolute_url()
    shown = Client().get(page).content.decode()
    assert ("Veröffentlicht" in shown, "Neuer Entwurf" in shown) == (True, False)


def test_a_version_is_published_and_withdrawn_at_its_time(thing: Any) -> None:
    draft(thing, "Bis dahin", editor()).publish(user=approver())
    newer = again(thing).get_latest_revision_as_object()
    newer.title = "Zur rechten Zeit"
    newer.go_live_at = timezone.now() + timedelta(hours=1)
    newer.expire_at = timezone.now() + timedelta(hours=3)
    newer.save_revision(user=editor()).publish(user=approver())
    seen = []
    for hours in (0, 2, 4):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            call_command("publish_scheduled")
        seen.append((again(thing).live, again(thing).title))
    assert seen == [(True, "Bis dahin"), (True, "Zur rechten Zeit"), (False, "Zur rechten Zeit")]


def test_versions_are_compared_and_restored(thing: Any) -> None:
    writer, second = editor(), approver()
    first = draft(thing, "Die erste Fassung", writer)
    first.publish(user=second)
    newer = draft(thing, "Die zweite Fassung", writer)
    newer.publish(user=second)
    client = client_of(writer)
    compare = address(thing, "revisions_compare", "revisions_compare", first.pk, newer.pk)
    revert = address(thing, "revisions_revert", "revisions_revert", first.pk)
    compared = client.get(compare).content.decode()
    assert [
        part in compared for part in ('<span class="deletion">erste</span>', '<span class="addition">zweite</span>')
    ] == [
        True,
        True,
    ]
    assert "Die erste Fassung" in client.get(revert).content.decode()
    type(thing).objects.filter(pk=thing.pk).update(checked_on="2026-01-05")
    first.refresh_from_db()
    restored = first.as_object().save_revision(user=writer, previous_revision=first)
    restored.publish(user=second)
    assert again(thing).title == "Die erste Fassung"
    assert str(again(thing).checked_on) == "2026-01-05"


def test_a_lock_keeps_others_out(thing: Any) -> None:
    second, writer = approver(), editor()
    client_of(second).post(address(thing, "lock", "lock"))
    assert again(thing).locked_by == second
    publish_by_form(client_of(writer), thing)
    assert again(thing).get_latest_revision_as_object().title == "Der erste Titel"
    client_of(second).post(address(thing, "unlock", "unlock"))
    assert again(thing).locked is False


def test_pages_can_be_commented() -> None:
    page, writer = new_page(), editor()
    Comment.objects.create(page=page, user=writer, text="Stimmt die Zahl noch?", contentpath="summary")
    shown = client_of(approver()).get(f"/redaktion/pages/{page.pk}/edit/").content.decode()
    assert "Stimmt die Zahl noch?" in shown


def test_a_page_is_translated_in_the_admin_and_the_switch_appears_with_its_publication(
    django_capture_on_commit_callbacks: Any,
) -> None:
    page = GuideFactory(title="Ein deutscher Titel", slug="ein-leitfaden")
    english, client = Locale.objects.get(language_code="en"), client_of(approver())
    submit_address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    assert client.get(submit_address).status_code == 200
    assert client.post(submit_address, {"locales": [english.pk]}).status_code == 302
    translation = Translation.objects.get()
    copy = page.get_translation(english)
    switch = f'href="{copy.get_url()}"'
    edit = reverse("wagtailadmin_pages:edit", args=[copy.pk])
    assert client.get(edit).status_code == 200
    segment = translation.source.stringsegment_set.get(context__path="title")
    done = client.put(
        reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk]),
        encode_multipart(BOUNDARY, {"value": "An English title"}),
        content_type=MULTIPART_CONTENT,
    )
    assert done.status_code == 201
    assert switch not in Client().get(page.get_absolute_url()).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit, {"action": "publish"})
    copy.refresh_from_db()
    assert (copy.live, copy.title) == (True, "An English title")
    assert switch in Client().get(page.get_absolute_url()).content.decode()
    shown = Client().get(copy.get_url()).content.decode()
    assert ("An English title" in shown, '<html lang="en"' in shown) == (True, True)
