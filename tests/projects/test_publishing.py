"""The way of a version to its readers: written, submitted, returned, revised, published, archived."""

import contextlib
import io
import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as PillowImage
from wagtail.test.utils.form_data import querydict_from_html

from portal import slugs
from portal.accounts.models import User
from portal.notifications.models import Notification
from projects.forms import ProjectForm
from projects.forms.writing import PlaceForm
from projects.models import MACHINE, Picture, Project, ReviewStep, Stage
from projects.services import publishing
from projects.services.differing import changes
from projects.services.publishing import OutdatedError, new_slug, save_version, step, version_of
from tests.factories.accounts import UserFactory
from tests.factories.actors import MembershipFactory
from tests.factories.directory import AssociationFactory, DistrictFactory, MunicipalityFactory
from tests.factories.projects import (
    EvidenceFactory,
    FinancingFactory,
    PictureFactory,
    ProjectFactory,
    ProjectLinkFactory,
    RiskFactory,
    SupplierFactory,
)
from tests.portal.content.people import approver, client_of
from tests.projects.conftest import Town, make_town, signed_in
from tests.racing import at_once

pytestmark = pytest.mark.django_db

WRITTEN = {
    "title": "Mitfahrbank mit Knopf",
    "summary": "Wer auf der Bank sitzt, drückt einen Knopf.",
    "phase": "pilot",
    "country": "DE",
    "fields_of_action": ["mobilitaet"],
    "places-0-place": "08118001",
}


def filled(form: ProjectForm, **values: Any) -> dict[str, Any]:
    """Return what a browser sends: the form as it is, with some fields filled in."""
    data: dict[str, Any] = {}
    for field in form:
        data[field.html_name] = field.value() if field.value() is not None else ""
    for formset in form.formsets.values():
        for part in (formset.management_form, *formset.forms):
            for field in part:
                data[field.html_name] = field.value() if field.value() is not None else ""
    return {**data, **values}


def drafted(town: Town, **values: Any) -> Project:
    client = signed_in(town.contributor)
    page = client.get(reverse("projects:create"))
    answer = client.post(reverse("projects:create"), filled(page.context["form"], **{**WRITTEN, **values}))
    assert answer.status_code == 302, answer.context["problems"]
    return Project.objects.latest("pk")


def test_a_contributor_writes_a_draft_that_nobody_else_sees(town: Town, client: Client) -> None:
    project = drafted(town)
    assert (project.organisation, project.stage, project.live) == (town.organisation, Stage.WRITING, False)
    assert project.slug == "mitfahrbank-mit-knopf"
    assert [place.municipality for place in project.places.all()] == [town.place]
    assert client.get(project.get_absolute_url()).status_code == 404
    assert signed_in(town.representative).get(project.get_absolute_url()).status_code == 200


def test_the_form_begins_with_the_own_place_and_demands_a_title_alone(town: Town) -> None:
    client = signed_in(town.contributor)
    form = client.get(reverse("projects:create")).context["form"]
    assert form.formsets["places"].forms[0].initial["place"].endswith("[08118001]")
    refused = client.post(reverse("projects:create"), filled(form, title="", summary="Bleibt stehen"))
    assert refused.status_code == 400
    assert "Bleibt stehen" in refused.content.decode()
    assert client.post(reverse("projects:create"), filled(form, title="Nur ein Titel")).status_code == 302


def test_wrong_rows_are_named_and_nothing_is_lost(town: Town) -> None:
    client = signed_in(town.contributor)
    form = client.get(reverse("projects:create")).context["form"]
    values = {
        "places-0-place": "Nirgendwo",
        "evidence-0-claim": "Es wirkt",
        "financing-0-programme_title": "Gibt es nicht",
        "started_on": "gestern",
    }
    answer = client.post(reverse("projects:create"), filled(form, **{**WRITTEN, **values}))
    assert answer.status_code == 400
    named = {name for name, _label, _messages in answer.context["problems"]}
    assert {"places-0-place", "evidence-0-criterion", "financing-0-programme_title", "started_on"} <= named
    assert "Es wirkt" in answer.content.decode()
    assert not Project.objects.exists()


def test_the_whole_way_with_a_return(town: Town, editor: User, client: Client) -> None:
    project = drafted(town)
    with pytest.raises(PermissionDenied):
        step(project=project, verb="submit", by=town.contributor)
    step(project=project, verb="submit", by=town.representative)
    assert Notification.objects.filter(kind=publishing.REVIEW).count() == 1
    step(project=project, verb="take", by=editor)
    with pytest.raises(ValidationError, match="Begründung"):
        step(project=project, verb="give_back", by=editor, reason="  ")
    step(project=project, verb="give_back", by=editor, reason="Bitte nennen Sie die Quelle.")
    told = Notification.objects.filter(kind=publishing.STAGE)
    assert {one.recipient.person for one in told} == {town.representative, town.contributor}
    assert "Bitte nennen Sie die Quelle." in publishing.stage_changed(None, Project.objects.get()).text

    writing = signed_in(town.contributor)
    page = writing.get(reverse("projects:edit", args=[project.slug]))
    sent = filled(page.context["form"], summary="Besser gesagt.", version=page.context["seen"])
    assert writing.post(reverse("projects:edit", args=[project.slug]), sent).status_code == 302
    step(project=project, verb="submit", by=town.representative)
    step(project=project, verb="publish", by=editor)
    project.refresh_from_db()
    assert (project.live, project.stage, project.summary) == (True, Stage.DONE, "Besser gesagt.")
    assert "Besser gesagt." in client.get(project.get_absolute_url()).content.decode()
    verbs = list(ReviewStep.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["submit", "take", "give_back", "submit", "publish"]


def test_the_published_version_stays_while_a_new_one_is_under_way(town: Town, editor: User, client: Client) -> None:
    project = drafted(town)
    for verb, by in (("submit", town.representative), ("publish", editor)):
        step(project=project, verb=verb, by=by)
    writing = signed_in(town.contributor)
    address = reverse("projects:edit", args=[project.slug])
    page = writing.get(address)
    sent = filled(page.context["form"], summary="Neu.", version=page.context["seen"])
    sent |= {"evidence-0-criterion": "nutzen", "evidence-0-claim": "Es wirkt."}
    assert writing.post(address, sent).status_code == 302
    project.refresh_from_db()
    assert (project.live, project.stage) == (True, Stage.WRITING)
    assert "Neu." not in client.get(project.get_absolute_url()).content.decode()
    inside = writing.get(reverse("projects:project_inside", args=[project.slug])).content.decode()
    assert "Neu." in inside
    assert "Es wirkt." in inside
    step(project=project, verb="discard", by=town.contributor)
    project.refresh_from_db()
    assert (project.stage, version_of(project).summary) == (Stage.DONE, WRITTEN["summary"])
    assert not project.has_unpublished_changes


def test_the_review_shows_every_figure_and_address_that_changed(town: Town, editor: User) -> None:
    project = ProjectFactory(organisation=town.organisation, place=town.place)
    EvidenceFactory(project=project, measured="Wartezeit", before=10, after=4, unit="Tage", source="Bericht")
    RiskFactory(project=project)
    ProjectLinkFactory(project=project, url="https://example.org/alt")
    SupplierFactory(project=project)
    FinancingFactory(project=project, programme=None, text="Haushalt", share_percent=40)
    PictureFactory(project=project)
    writing, address = signed_in(town.contributor), reverse("projects:edit", args=[project.slug])
    page = writing.get(address)
    changed = {
        "evidence-0-after": "2",
        "risks-0-countermeasure": "Wir löschen nach einem Tag.",
        "links-0-url": "https://example.org/neu",
        "suppliers-0-licence": "MIT",
        "financing-0-share_percent": "60",
        "partners-0-kind": "enterprise",
        "partners-0-name": "Stadtwerke Neudorf",
    }
    assert (
        writing.post(address, filled(page.context["form"], **changed, version=page.context["seen"])).status_code == 302
    )
    version = version_of(Project.objects.get(pk=project.pk))
    picture = version.pictures.all()[0]
    picture.caption = "Die neue Bank"
    version.pictures = [picture]
    version.save_revision(changed=True)
    page = signed_in(editor).get(reverse("projects:project_inside", args=[project.slug]))
    found = {change.label: change for change in page.context["changes"]}
    shown = page.content.decode()
    for old, new in (
        ("4", "2"),
        ("https://example.org/alt", "https://example.org/neu"),
        ("nicht offen", "MIT"),
        ("40", "60"),
        ("", "Die neue Bank"),
        ("(noch nicht da)", "Stadtwerke Neudorf"),
        ("", "Wir löschen nach einem Tag."),
    ):
        assert any(old in one.before and new in one.after for one in found.values()), (old, new)
        assert new in shown
    assert len(found) == 7
    # The whole new version can be read as readers would see it; readers still see the old one.
    newest = reverse("projects:project_version", args=[project.slug])
    for person, status in ((editor, 200), (town.representative, 200), (UserFactory(), 403)):
        assert signed_in(person).get(newest).status_code == status
    assert "https://example.org/neu" in signed_in(editor).get(newest).content.decode()
    assert Client().get(newest).status_code == 302
    assert "https://example.org/neu" not in Client().get(project.get_absolute_url()).content.decode()


def test_parts_that_came_went_and_changed_places_are_named(town: Town) -> None:
    project = ProjectFactory(place=town.place)
    first, second = (
        ProjectLinkFactory(project=project, title=title, position=number)
        for number, title in enumerate(("Eins", "Zwei"))
    )
    project = Project.objects.get(pk=project.pk)
    project.save_revision()
    after = version_of(Project.objects.get(pk=project.pk))
    assert changes(project, after, ["title"]) == []
    first.position, second.position = 1, 0
    after.links = [second, first]
    assert [(one.before, one.after) for one in changes(project, after, [])] == [("Eins\nZwei", "Zwei\nEins")]
    after.links = [first]
    gone = changes(project, after, [])
    assert [(one.label, one.after) for one in gone] == [("Link eines Projektes: Zwei", "(herausgenommen)")]


def test_an_editor_checks_the_evidence_of_what_was_submitted_and_readers_see_it(
    town: Town, editor: User, client: Client
) -> None:
    project = ProjectFactory(organisation=town.organisation, place=town.place, hidden=True, stage="submitted")
    EvidenceFactory(project=project, source="Bericht", grade="dokumentiert")
    project.save_revision()
    editing = signed_in(editor)
    inside = editing.get(reverse("projects:project_inside", args=[project.slug]))
    address = inside.context["check_url"]
    assert address in inside.content.decode()
    assert signed_in(town.representative).get(inside.request["PATH_INFO"]).context["check_url"] is None
    form = editing.get(address).context["form"]
    sent = filled(
        form,
        **{"evidence-0-grade": "geprueft", "evidence-0-checked_by": "Beratung", "evidence-0-checked_on": "2026-11-30"},
    )
    assert editing.post(address, sent).status_code == 302
    step(project=project, verb="publish", by=editor)
    assert "Vom Kompetenzzentrum geprüft" in client.get(project.get_absolute_url()).content.decode()


def test_a_failure_is_published_only_with_what_was_learnt(town: Town) -> None:
    project = ProjectFactory(
        organisation=town.organisation, place=town.place, hidden=True, phase="gescheitert", lessons_learnt=""
    )
    with pytest.raises(ValidationError, match="gelernt"):
        step(project=project, verb="submit", by=town.representative)
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(live=True, first_published_at=timezone.now())
    Project.objects.filter(pk=project.pk).update(lessons_learnt="Zuerst fragen.")
    project.refresh_from_db()
    assert step(project=project, verb="submit", by=town.representative).stage == Stage.SUBMITTED


def test_what_was_checked_and_is_changed_loses_its_check(town: Town) -> None:
    project = ProjectFactory(organisation=town.organisation, place=town.place)
    given = {"grade": "geprueft", "checked_by": "Beratung", "checked_on": project.checked_on}
    EvidenceFactory(project=project, **given)
    EvidenceFactory(project=project, claim="Bleibt.", position=1, **given)
    writing, address = signed_in(town.contributor), reverse("projects:edit", args=[project.slug])
    page = writing.get(address)
    sent = filled(page.context["form"], **{"evidence-0-claim": "Etwas anderes.", "version": page.context["seen"]})
    assert writing.post(address, sent).status_code == 302
    grades = {one.claim: one.grade for one in version_of(Project.objects.get()).evidence.all()}
    assert grades == {"Etwas anderes.": "behauptet", "Bleibt.": "geprueft"}


def test_who_was_slower_keeps_her_words_and_overwrites_nothing(town: Town) -> None:
    project = drafted(town)
    address = reverse("projects:edit", args=[project.slug])
    first, second = signed_in(town.contributor), signed_in(town.representative)
    early, late = first.get(address), second.get(address)
    sent = filled(early.context["form"], summary="Zuerst.", version=early.context["seen"])
    assert first.post(address, sent).status_code == 302
    sent = filled(late.context["form"], summary="Später.", version=late.context["seen"])
    refused = second.post(address, sent)
    assert refused.status_code == 400
    assert "Später." in refused.content.decode()
    assert version_of(Project.objects.get()).summary == "Zuerst."


def test_what_is_incomplete_is_neither_submitted_nor_published(town: Town) -> None:
    project = drafted(town, summary="", **{"places-0-place": ""})
    with pytest.raises(ValidationError, match=r"Kurztext|Kurzfassung"):
        step(project=project, verb="submit", by=town.representative)


def test_nobody_reviews_what_the_own_organisation_has_written(town: Town) -> None:
    project = drafted(town)
    step(project=project, verb="submit", by=town.representative)
    both = UserFactory(editor=True)
    from tests.factories.actors import MembershipFactory

    MembershipFactory(person=both, organisation=town.organisation, role="contributor")
    with pytest.raises(PermissionDenied, match="eigene Organisation"):
        step(project=project, verb="publish", by=both)


def test_archived_it_is_gone_for_readers_and_can_be_taken_up_again(town: Town, editor: User, client: Client) -> None:
    project = ProjectFactory(organisation=town.organisation, place=town.place)
    step(project=project, verb="archive", by=editor, reason="Das Programm gibt es nicht mehr.")
    project.refresh_from_db()
    assert (project.live, project.stage) == (False, Stage.ARCHIVED)
    assert client.get(project.get_absolute_url()).status_code == 404
    step(project=project, verb="restore", by=town.contributor)
    assert Project.objects.get().stage == Stage.WRITING


def test_what_editors_do_in_their_admin_moves_the_stage_as_well(editor: User) -> None:
    project = ProjectFactory(hidden=True)
    project.save_revision().publish(user=editor, skip_permission_checks=True)
    assert Project.objects.get().stage == Stage.DONE
    Project.objects.get().unpublish()
    assert Project.objects.get().stage == Stage.ARCHIVED


def test_addresses_are_made_of_titles_and_never_twice() -> None:
    assert new_slug("Über Größe & Maß") == "ueber-groesse-mass"
    ProjectFactory(slug="karte-1")
    assert new_slug("Karte") == "karte-2"  # “karte” is the address of a page
    assert new_slug("日本") == "projekt"
    assert new_slug("2026") == "projekt-2026"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_two_begin_a_project_of_one_title_at_once(monkeypatch: pytest.MonkeyPatch, is_guarded: bool) -> None:
    """Each has an address of its own; without the lock, which lets one wait, one of them would fail."""
    town = make_town(ags="08118001")
    page = signed_in(town.contributor).get(reverse("projects:create"))
    data = filled(page.context["form"], **WRITTEN)
    barrier = threading.Barrier(2)

    def look(title: str) -> str:
        found = new_slug(title)
        with contextlib.suppress(threading.BrokenBarrierError):
            # Both have looked before one of them writes, unless the lock lets one wait.
            barrier.wait(timeout=1 if is_guarded else 20)
        return found

    def write(person: User) -> Callable[[object], int]:
        client = signed_in(person)
        client.raise_request_exception = False
        return lambda _start: client.post(reverse("projects:create"), data).status_code

    monkeypatch.setattr(publishing, "new_slug", look)
    if not is_guarded:
        monkeypatch.setattr(slugs, "take_turns", lambda _model: None)
    statuses = at_once(write(town.representative), write(town.contributor))
    assert Counter(statuses) == (Counter([302, 302]) if is_guarded else Counter([302, 500]))
    made = set(Project.objects.values_list("slug", flat=True))
    assert made == {"mitfahrbank-mit-knopf", *(["mitfahrbank-mit-knopf-2"] if is_guarded else [])}


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_take_one_step() -> None:
    town = make_town(ags="08118001")
    project = ProjectFactory(organisation=town.organisation, place=town.place, hidden=True, stage="submitted")
    editors = [UserFactory(editor=True), UserFactory(editor=True)]
    barrier, results = threading.Barrier(2), []

    def take(by: User, verb: str) -> None:
        barrier.wait()
        try:
            step(project=project, verb=verb, by=by, reason="Bitte ergänzen.")
            results.append(verb)
        except ValidationError:
            results.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=pair) for pair in zip(editors, ("publish", "give_back"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(None) == 1
    project.refresh_from_db()
    assert project.live == (project.stage == Stage.DONE)
    assert ReviewStep.objects.count() == 1


def test_saving_needs_the_version_that_was_seen(town: Town) -> None:
    project = drafted(town)
    form = ProjectForm(filled(ProjectForm(instance=version_of(project)), summary="x"), instance=version_of(project))
    assert form.is_valid()
    with pytest.raises(OutdatedError):
        save_version(form=form, project=project, by=town.contributor, seen=None)


def test_pictures_and_files_come_into_the_newest_version_and_out_again(town: Town, client: Client) -> None:
    project = ProjectFactory(organisation=town.organisation, place=town.place)
    writing, address = signed_in(town.contributor), reverse("projects:pictures", args=[project.slug])
    sent = {"what": "picture", "file": picture(), "description": "Eine Bank unter einem Baum", "caption": "Die Bank"}
    assert writing.post(address, sent).status_code == 302
    paper = SimpleUploadedFile("vorlage.pdf", b"%PDF-1.7\n")
    assert writing.post(address, {"what": "file", "title": "Vorlage", "file": paper}).status_code == 302
    lie = SimpleUploadedFile("vorlage.pdf", b"MZ\x90\x00")
    assert writing.post(address, {"what": "file", "title": "Lüge", "file": lie}).status_code == 400
    project.refresh_from_db()
    assert (project.stage, project.live) == (Stage.WRITING, True)
    version = version_of(project)
    assert [one.caption for one in version.pictures.all()] == ["Die Bank"]
    assert [one.document.title for one in version.files.all()] == ["Vorlage"]
    assert "Die Bank" not in client.get(project.get_absolute_url()).content.decode()
    gone = version.pictures.all()[0].image_id
    assert writing.post(address, {"remove": f"picture-{gone}"}).status_code == 302
    assert not version_of(Project.objects.get(pk=project.pk)).pictures.all()


def test_what_was_written_meanwhile_stays_when_a_picture_comes(town: Town) -> None:
    project = ProjectFactory(organisation=town.organisation, place=town.place)
    seen = Project.objects.get(pk=project.pk)  # as a colleague has it open
    page = signed_in(town.contributor).get(reverse("projects:edit", args=[project.slug]))
    sent = filled(page.context["form"], summary="Neu geschrieben.", version=page.context["seen"])
    assert signed_in(town.contributor).post(reverse("projects:edit", args=[project.slug]), sent).status_code == 302
    shown = PictureFactory().image
    publishing.amend(
        project=seen,
        by=town.representative,
        change=lambda version: setattr(version, "pictures", [Picture(project=version, image=shown)]),
    )
    version = version_of(Project.objects.get(pk=project.pk))
    assert (version.summary, len(version.pictures.all())) == ("Neu geschrieben.", 1)


def test_a_file_of_a_draft_cannot_be_guessed(town: Town, client: Client) -> None:
    project = ProjectFactory(organisation=town.organisation, place=town.place, hidden=True)
    paper = SimpleUploadedFile("vorlage.pdf", b"%PDF-1.7\n")
    writing, address = signed_in(town.contributor), reverse("projects:pictures", args=[project.slug])
    assert writing.post(address, {"what": "file", "title": "Vorlage", "file": paper}).status_code == 302
    document = version_of(Project.objects.get(pk=project.pk)).files.all()[0].document
    assert re.fullmatch(r"vorlage-[0-9a-f]{16}\.pdf", document.filename)
    assert client.get(f"/dokumente/{document.pk}/vorlage.pdf").status_code == 404


def test_an_approver_who_publishes_what_is_incomplete_is_told_so(town: Town) -> None:
    project = ProjectFactory(place=town.place, hidden=True, phase="gescheitert", lessons_learnt="")
    project.save_revision()
    client = client_of(approver())
    page = reverse(Project.snippet_viewset.get_url_name("edit"), args=[project.pk])
    form = querydict_from_html(client.get(page).content.decode(), form_id="w-editor-form").dict()
    answer = client.post(page, form | {"action-publish": "action-publish"})
    assert answer.status_code == 200
    assert "vor dem Veröffentlichen" in answer.content.decode()
    assert not Project.objects.get(pk=project.pk).live
    assert client.post(page, form | {"title": "Neuer Titel"}).status_code == 302  # a draft may be incomplete
    place = {"places-0-DELETE": "1"}
    said = client.post(page, form | {"lessons_learnt": "Zuerst fragen.", "action-publish": "1"} | place)
    assert "Ein Ort wird vor dem Veröffentlichen gebraucht." in said.content.decode()
    answer = client.post(page, form | {"lessons_learnt": "Zuerst fragen.", "action-publish": "action-publish"})
    assert answer.status_code == 302
    assert Project.objects.get(pk=project.pk).live


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    PillowImage.new("RGB", (20, 20), "white").save(content, "PNG")
    return SimpleUploadedFile("bank.png", content.getvalue(), content_type="image/png")


ROLES = ("outsider", "reader", "contributor", "representative", "editor")
STEPS: dict[str, dict[str, set[str]]] = {
    "writing": {
        "contributor": set(),
        "representative": {"submit", "archive"},
        "editor": {"archive"},
    },
    "submitted": {"representative": {"recall"}, "editor": {"take", "give_back", "publish"}},
    "review": {"editor": {"give_back", "publish"}},
    "returned": {"contributor": set(), "representative": {"submit", "archive"}, "editor": {"archive"}},
    "done": {"contributor": {"revise"}, "representative": {"revise", "archive"}, "editor": {"archive"}},
    "archived": {"contributor": {"restore"}, "representative": {"restore"}},
}
"""What each role can do in each stage; what is not listed can do nothing. Readers of the organisation only look."""


IN_REVISION = ("writing", "submitted", "review", "returned")


@pytest.mark.parametrize(
    ("stage", "is_live"),
    [(stage, stage == "done") for stage in Stage.values] + [(stage, True) for stage in IN_REVISION],
)
def test_each_role_can_do_in_each_stage_what_the_table_says(
    stage: str, is_live: bool, town: Town, editor: User
) -> None:
    """The same holds while an earlier version is published; only then there is one to go back to."""
    project = ProjectFactory(
        organisation=town.organisation, place=town.place, stage=stage, **({} if is_live else DRAFT)
    )
    reader = MembershipFactory(organisation=town.organisation, role="reader").person
    people = {
        "outsider": UserFactory(),
        "reader": reader,
        "contributor": town.contributor,
        "representative": town.representative,
        "editor": editor,
    }
    found = {role: {one.verb for one in MACHINE.available(project, people[role])} for role in ROLES}
    writers = {"contributor", "representative"} if is_live and stage in {"writing", "returned"} else set()
    more = {role: {"discard"} if role in writers else set() for role in ROLES}
    assert found == {role: STEPS[stage].get(role, set()) | more[role] for role in ROLES}
    # Who sees it, and who sees where it stands.
    pages = {role: signed_in(people[role]).get(project.get_absolute_url()).status_code for role in ROLES}
    assert pages == dict.fromkeys(ROLES, 200) | ({} if is_live else {"outsider": 404})
    inside = reverse("projects:project_inside", args=[project.slug])
    shown = {role: signed_in(people[role]).get(inside).status_code for role in ROLES}
    assert shown == dict.fromkeys(ROLES, 200) | {"outsider": 403 if is_live else 404}
    assert Client().get(project.get_absolute_url()).status_code == (200 if is_live else 404)
    # Who writes.
    editing = {role: signed_in(people[role]).get(reverse("projects:edit", args=[project.slug])) for role in ROLES}
    writes = 200 if stage in {"writing", "returned", "done"} else 302
    refused = {"outsider": 403 if is_live else 404, "reader": 403, "editor": 403}
    statuses = {role: answer.status_code for role, answer in editing.items()}
    assert statuses == {"contributor": writes, "representative": writes} | refused


DRAFT = {"live": False, "first_published_at": None, "last_published_at": None}


def test_a_new_version_of_what_is_published_can_be_dropped(town: Town) -> None:
    project = ProjectFactory(organisation=town.organisation, place=town.place, stage="writing")
    assert {one.verb for one in MACHINE.available(project, town.contributor)} == {"discard"}


@pytest.fixture
def named_alike() -> None:
    """A town, a district and an association that are all called Ludwigsburg, and a city that is a district."""
    district = DistrictFactory(id="08118", name="Ludwigsburg", kind="44")
    AssociationFactory(id="081185009", name="Ludwigsburg", kind="54", district=district)
    MunicipalityFactory(ags="08118048", name="Ludwigsburg", district=district)
    city = DistrictFactory(id="08111", name="Stuttgart", kind="42")
    MunicipalityFactory(ags="08111000", name="Stuttgart", district=city)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Landkreis Ludwigsburg", "08118"),
        ("landkreis ludwigsburg", "08118"),
        ("Verwaltungsgemeinschaft Ludwigsburg", "081185009"),
        ("Ludwigsburg (Ludwigsburg, Baden-Württemberg), Kreisangehörige Gemeinde [08118048]", "08118048"),
        ("Ludwigsburg (Baden-Württemberg)", "08118"),
        ("Stuttgart", "08111000"),
        ("081185009", "081185009"),
    ],
)
def test_a_place_is_found_by_name_whatever_its_kind(named_alike: None, text: str, found: str) -> None:
    form = PlaceForm({"place": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["place"].pk == found


def test_places_of_one_name_are_offered_with_their_kind(named_alike: None) -> None:
    (said,) = PlaceForm({"place": "Ludwigsburg"}).errors["place"]
    for named in (
        "Ludwigsburg (Ludwigsburg, Baden-Württemberg), Kreisangehörige Gemeinde [08118048]",
        "Ludwigsburg (Baden-Württemberg), Landkreis [08118]",
        "Ludwigsburg (Ludwigsburg, Baden-Württemberg), Verwaltungsgemeinschaft [081185009]",
    ):
        assert named in said
        assert PlaceForm({"place": named}).is_valid()


@pytest.mark.parametrize("text", ["Nirgendwo", "%", " (", "Landkreis ", "Amt", "[", "99999"])
def test_a_place_that_there_is_not_is_said(named_alike: None, text: str) -> None:
    form = PlaceForm({"place": text})
    assert list(form.errors) == ["place"]


def test_whoever_publishes_is_told_that_it_becomes_open_data(town: Town) -> None:
    project = drafted(town)
    client = signed_in(town.representative)
    for address in (
        reverse("projects:create"),
        reverse("projects:edit", args=[project.slug]),
        reverse("projects:take_step", args=[project.slug, "submit"]),
    ):
        page = client.get(address).content.decode()
        assert reverse("opendata:index") in page.partition("<main")[2]
        assert "CC0 1.0" in page
    page = client.get(reverse("projects:take_step", args=[project.slug, "archive"])).content.decode()
    assert "CC0 1.0" not in page
