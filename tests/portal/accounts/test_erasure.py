"""Forgetting a person. The marks: a text of its own in every field of every row about her, sought everywhere after."""

import json
import shutil
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from wagtail.models import TaskState

from portal.accounts.models import DataExport, ErasureTombstone, User
from portal.accounts.services import erasure, export, holdings
from portal.areas import Area, areas
from portal.audit.models import AuditEvent, Verb
from portal.privacy import Erasure, HandOver, PersonalData
from tests.factories.accounts import PASSWORD, UserFactory
from tests.portal.accounts import marking

pytestmark = pytest.mark.django_db

ADDRESS = "mk7q3x999999x@example.org"
REFUSED: set[marking.Place] = {  # fields in which the database itself takes no mark
    ("accounts.ApiToken", "scopes"),
    ("notifications.Recipient", "email"),  # only of somebody without an account
    ("following.Follow", "parameters"),  # a thing that is followed has none
}


@pytest.fixture(autouse=True)
def folders(slot, settings, tmp_path):
    """An empty private storage, media and queue."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    shutil.rmtree(slot / "private", ignore_errors=True)
    yield slot / "private", settings.MEDIA_ROOT, Path(settings.CELERY_QUEUE_DIR)
    shutil.rmtree(slot / "private", ignore_errors=True)


def places(marks: marking.Marks, found: set[str]) -> set[marking.Place]:
    return {marks.places.get(mark, ("address", mark)) for mark in found}


def allowed_to_stay(declarations: list[PersonalData]) -> set[marking.Place]:
    kept = {(d.model._meta.label, f) for d in declarations if d.erasure is Erasure.KEEP for f in d.fields}
    return kept | {(d.model._meta.label, f) for d in declarations for f in d.stays}


def test_the_export_holds_all_and_after_the_erasure_nothing_is_left(folders, django_capture_on_commit_callbacks):
    """C-21, C-23, domains chapter 6 no. 7."""
    person = UserFactory(email=ADDRESS)
    declarations = holdings.declarations()
    marks, _rows = marking.mark_everything(declarations, person)
    assert marks.refused == REFUSED
    assert len(marks.places) > 30
    cache.set("of-somebody-else", "x")
    person.refresh_from_db()

    # the export
    wanted = export.request_export(person=person)
    made = export.make_export(export=wanted)
    declared_places = {(d.model._meta.label, name) for d in declarations for name in (*d.fields, *d.files)}
    with zipfile.ZipFile(made.file.path) as archive:
        data, page = archive.read("data.json").decode(), archive.read("index.html").decode()
        files = "".join(name + archive.read(name).decode() for name in archive.namelist() if name.startswith("files/"))
    for mark, place in marks.places.items():
        if place in declared_places:
            assert mark in data + files, place
            assert mark in page + files, place
    assert ADDRESS in data
    assert places(marks, set(marking.MARK.findall(data))) - {("address", "mk7q3x999999x")} <= declared_places

    # the marks are there
    there = marking.marks_in_tables()
    assert set(marks.places) <= set(there)
    assert marking.marks_in_files(*folders)
    key, number = person.uuid, person.pk
    mail.outbox.clear()

    # the erasure
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person=person, by=person)
    left = places(marks, set(marking.marks_in_tables()))
    assert left <= allowed_to_stay(declarations)
    assert ("audit.AuditEvent", "reason") in left, "the scan would find nothing"
    assert marking.marks_in_files(*folders) == set()
    assert not list(folders[0].glob("exports/*"))
    assert marking.marks_in_cache() == set()
    assert [message.to for message in mail.outbox] == [[ADDRESS]]
    assert marking.MARK.search(mail.outbox[0].body + mail.outbox[0].subject) is None
    assert not User.objects.filter(pk=number).exists()
    assert ErasureTombstone.objects.get().uuid == key
    line = AuditEvent.objects.get(verb=Verb.PERSON_ERASED)
    assert (line.actor, line.reason, line.changed, line.object_key) == (key, "", [], str(key))


def test_a_broken_declaration_is_found(folders, monkeypatch):
    """The control: a comment that the declaration forgets is found by the scan."""
    person = UserFactory(email=ADDRESS)
    marks, _rows = marking.mark_everything(holdings.declarations(), person)
    forgetful = [
        replace(d, fields=("finished_by", "status")) if d.model is TaskState else d for d in holdings.declarations()
    ]
    monkeypatch.setattr(holdings, "declarations", lambda: forgetful)
    erasure.erase(person=person, by=person)
    left = places(marks, set(marking.marks_in_tables()))
    assert left - allowed_to_stay(forgetful) == {("wagtailcore.TaskState", "comment")}


def test_nothing_names_the_erased_person_by_her_key(folders):
    """The number of the account is in no table any more, whatever the database would allow."""
    person = UserFactory(email=ADDRESS)
    marking.mark_everything(holdings.declarations(), person)
    number = person.pk
    erasure.erase(person=person, by=person)
    with connection.cursor() as cursor:
        from django.apps import apps

        from portal.privacy import person_links

        for model in apps.get_models():
            for link in person_links(model):
                if link.many_to_many or link.model._meta.db_table != model._meta.db_table:
                    continue
                cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}" WHERE "{link.column}" = %s', [number])  # noqa: S608 - names of our own models
                assert cursor.fetchone() == (0,), (model, link)


def test_the_address_can_be_used_again_and_the_new_account_inherits_nothing(folders):
    """C-21."""
    person = UserFactory()
    for declared in holdings.declarations():
        if declared.model is not User:
            marking.make_row(declared, person, marking.Marks())
    address = person.email
    old = {holding.declared.model for holding in holdings.holdings(person)}
    assert len(old) > 20
    erasure.erase(person=person, by=person)
    again = UserFactory(email=address)
    assert {holding.declared.model for holding in holdings.holdings(again)} == {User, EmailAddress}


def test_an_erasure_is_refused_while_something_has_to_be_handed_over(client: Client, folders):
    """C-22: with the list of what, and where."""
    person = UserFactory()
    area = Area(
        slug="holding-on",
        label="",
        summary="",
        order=1,
        erasure_blockers=lambda _person: [HandOver(reason="Sie vertreten Musterstadt allein.", url="/akteure/x/")],
    )
    areas.register(area)
    try:
        with pytest.raises(erasure.ErasureRefusedError) as refused:
            erasure.erase(person=person, by=person)
        assert refused.value.messages == ["Sie vertreten Musterstadt allein."]
        client.force_login(person)
        answer = client.post("/konto/loeschen/", {"password": PASSWORD, "confirm": "on"})
        assert answer.status_code == 409
        assert 'Sie vertreten Musterstadt allein. <a href="/akteure/x/">' in answer.content.decode()
    finally:
        del areas._areas["holding-on"]
    assert User.objects.filter(pk=person.pk).exists()
    erasure.erase(person=person, by=person)
    assert not User.objects.filter(pk=person.pk).exists()


def test_an_erasure_that_fails_changes_nothing(folders, monkeypatch, django_capture_on_commit_callbacks):
    person = UserFactory(email=ADDRESS)
    marking.mark_everything(holdings.declarations(), person)
    before = marking.marks_in_tables()
    files = marking.marks_in_files(*folders)
    monkeypatch.setattr(User, "delete", lambda _self: 1 / 0)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        erasure.erase(person=person, by=person)
    assert marking.marks_in_tables() == before
    assert marking.marks_in_files(*folders) == files
    assert mail.outbox == []
    assert User.objects.get(pk=person.pk).is_active


def test_a_restored_account_is_erased_again(folders, django_capture_on_commit_callbacks):
    """The tombstone lies outside the database as well: the restored backup is older than it."""
    person, other = UserFactory(), UserFactory()
    row = User.objects.filter(pk=person.pk).values().get()
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person=person, by=person)
    ErasureTombstone.objects.all().delete()  # a backup from before
    User.objects.create(**row)
    mail.outbox.clear()
    for expected in ("1", "0"):
        out = StringIO()
        with django_capture_on_commit_callbacks(execute=True):
            call_command("reapply_erasures", stdout=out)
        assert out.getvalue().strip().endswith(f": {expected}")
        assert list(User.objects.all()) == [other]
        assert ErasureTombstone.objects.get().uuid == row["uuid"]
    assert mail.outbox == []


def test_a_tombstone_of_the_database_is_noted_outside_too(folders):
    person = UserFactory()
    ErasureTombstone.objects.create(uuid=person.uuid)
    assert erasure.reapply() == 1
    assert [path.name for path in (folders[0] / "erasures").iterdir()] == [str(person.uuid)]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, _attrs):
        self.seen.append(tag)


def test_the_page_of_an_export_is_readable_and_names_no_one_else(folders):
    """C-23: other people's names are theirs."""
    from tests.factories.content import GuideFactory

    person, other = UserFactory(), UserFactory(display_name="Andere Person mit Namen")
    GuideFactory(owner=person, responsible=other, locked_by=other)
    GuideFactory(owner=other, responsible=person)
    made = export.make_export(export=export.request_export(person=person))
    with zipfile.ZipFile(made.file.path) as archive:
        assert archive.testzip() is None
        page, data = archive.read("index.html").decode(), json.loads(archive.read("data.json"))
    assert '<html lang="de">' in page
    tags = Tags(page).seen
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption") == len(data["data"])
    assert "Andere Person mit Namen" not in page + json.dumps(data, ensure_ascii=False)
    assert "eine andere Person" in page
    assert person.email in page
    assert Path(made.file.path).stat().st_mode & 0o077 == 0


def test_a_request_for_an_export_is_in_the_audit_without_values(folders):
    person = UserFactory()
    wanted = export.request_export(person=person)
    assert export.request_export(person=person) == wanted, "one at a time"
    line = AuditEvent.objects.get(verb=Verb.DATA_EXPORTED)
    assert (line.actor, line.reason, line.changed) == (person.uuid, "", [])
    assert DataExport.objects.count() == 1


def test_old_versions_of_texts_hold_no_comment_of_the_person(folders):
    """Wagtail stores the comments of a page once more in each revision of it."""
    from wagtail.models import Comment, CommentReply, ModelLogEntry, Revision
    from wagtail.models import Page as AnyPage

    from tests.factories.content import GuideFactory

    person, other = UserFactory(display_name="mk7q3x1x"), UserFactory()
    page = GuideFactory(owner=person, locked_by=person)
    mine = Comment.objects.create(page=page, user=person, text="mk7q3x2x", contentpath="title")
    theirs = Comment.objects.create(page=page, user=other, text="Bleibt stehen", contentpath="title")
    CommentReply.objects.create(comment=theirs, user=person, text="mk7q3x3x")
    CommentReply.objects.create(comment=theirs, user=other, text="Antwort bleibt")
    AnyPage.objects.get(pk=page.pk).specific.save_revision(user=person, log_action=True)
    revision = Revision.objects.get(object_id=str(page.pk))
    assert {"mk7q3x2x", "mk7q3x3x"} <= set(marking.MARK.findall(json.dumps(revision.content)))
    ModelLogEntry.objects.log_action(person, "wagtail.edit", user=other)
    assert {"wagtailcore_revision.content", "wagtailcore_modellogentry.label"} <= {
        column for columns in marking.marks_in_tables().values() for column in columns
    }
    erasure.erase(person=person, by=person)
    assert marking.marks_in_tables() == {}
    revision.refresh_from_db()
    assert (revision.user, revision.content["owner"], revision.content["locked_by"]) == (None, None, None)
    comments = revision.content["wagtail_admin_comments"]
    assert [(c["pk"], c["text"], [r["text"] for r in c["replies"]]) for c in comments] == [
        (theirs.pk, "Bleibt stehen", ["Antwort bleibt"])
    ]
    assert mine.pk != theirs.pk
    assert revision.as_object().title == page.title, "the version can still be restored"


def test_reports_sent_with_an_address_that_is_not_confirmed_are_nobodys(folders):
    """Who signs up with another's address neither reads nor deletes what was sent with it."""
    from tests.factories.content import BarrierReportFactory

    person = UserFactory()
    EmailAddress.objects.filter(user=person).update(verified=False)
    report = BarrierReportFactory(email=person.email.upper())
    kinds = {holding.declared.model for holding in holdings.holdings(person)}
    assert type(report) not in kinds
    EmailAddress.objects.filter(user=person).update(verified=True)
    kinds = {holding.declared.model for holding in holdings.holdings(person)}
    assert type(report) in kinds


def test_the_last_administrator_appoints_another_one_first(folders):
    from portal.accounts.models import Role
    from portal.accounts.services import grant_role

    last, other = UserFactory(), UserFactory()
    grant_role(person=last, role=Role.ADMINISTRATOR, by=None, reason="Erste Person")
    with pytest.raises(erasure.ErasureRefusedError) as refused:
        erasure.erase(person=last, by=last)
    assert "letzte Administration" in refused.value.messages[0]
    grant_role(person=other, role=Role.ADMINISTRATOR, by=last, reason="Nachfolge")
    erasure.erase(person=last, by=last)
    assert list(User.objects.all()) == [other]


def test_whoever_alone_represents_others_hands_over_first(folders):
    """C-22: with the list of what to hand over, and where."""
    from tests.factories.actors import MembershipFactory, OrganisationFactory

    organisation = OrganisationFactory(name="Musterverband", slug="musterverband")
    last = MembershipFactory(organisation=organisation)
    member = MembershipFactory(organisation=organisation, role="reader")
    (wanted,) = erasure.hand_overs(last.person)
    assert "Musterverband" in str(wanted.reason)
    assert wanted.url == "/akteure/musterverband/mitglieder/"
    with pytest.raises(erasure.ErasureRefusedError):
        erasure.erase(person=last.person, by=last.person)
    erasure.erase(person=member.person, by=member.person)
    erasure.erase(person=last.person, by=last.person)
    assert organisation.memberships.count() == 0
