"""Imports by review: what a source says otherwise waits, and an editor decides field by field."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import ModelLogEntry

from funding.models import TOLD_OF, Difference, Programme, ProgrammeQuerySet
from funding.services import ContactRecord, ProgrammeRecord, Report, correcting, import_programmes, reviewing
from funding.services.showing import shown_difference
from portal.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.funding import CorrectionFactory, DifferenceFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


def record(**values: Any) -> ProgrammeRecord:
    given = {
        "source_key": "bund-a",
        "source_url": "https://www.foerderdatenbank.de/a.html",
        "attribution": "Von jemandem",
        "text_format": "text",
        "title": "Alter Titel",
        "description": "Gefördert werden Rathäuser mit 50 Prozent.",
        "areas": ("08",),
        "contacts": (ContactRecord(institution="Amt"),),
    }
    return ProgrammeRecord(**{**given, **values})


def take(*records: ProgrammeRecord, by_review: bool = True, dry_run: bool = False) -> Report:
    return import_programmes(
        records=records,
        imported_from="fdb-csv",
        licence="CC BY-ND 4.0",
        licence_url="https://creativecommons.org/licenses/by-nd/4.0/deed.de",
        complete=False,
        by_review=by_review,
        dry_run=dry_run,
    )


def waiting() -> dict[str, Any]:
    return dict(Difference.objects.open().values_list("field", "value"))


def decide(by: User, **choices: reviewing.Choice) -> int:
    programme = Programme.objects.get()
    seen = {one.field: reviewing.fingerprint_of(one.value) for one in programme.differences.all()}
    return reviewing.decide(
        programme=programme, choices={name: (choice, seen.get(name, "")) for name, choice in choices.items()}, by=by
    )


@pytest.fixture
def editor() -> User:
    return UserFactory(editor=True)


def text(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_what_is_new_is_published_and_what_changes_waits_field_by_field() -> None:
    assert take(record()).created == 1
    changed = record(title="Neuer Titel", contacts=(ContactRecord(institution="Neues Amt"),))
    assert take(changed, dry_run=True).held == 2
    assert waiting() == {}
    report = take(changed)
    assert (report.held, report.changed, report.imported) == (2, 0, 2)
    assert set(waiting()) == {"title", "contacts"}
    programme = Programme.objects.get()
    assert (programme.title, programme.contacts.get().institution) == ("Alter Titel", "Amt")
    again = take(changed)
    assert (again.unchanged, again.held, len(waiting())) == (1, 0, 2)


def test_a_source_that_takes_it_back_leaves_nothing_to_decide() -> None:
    take(record())
    take(record(title="Neuer Titel"))
    take(record())
    assert waiting() == {}


def test_a_newer_value_takes_the_place_of_the_one_before() -> None:
    take(record())
    take(record(title="Neuer Titel"))
    take(record(title="Noch neuerer Titel"))
    assert waiting() == {"title": "Noch neuerer Titel"}


def test_an_editor_takes_over_one_field_and_leaves_another(editor: User) -> None:
    take(record())
    take(record(title="Neuer Titel", description="Anders.", areas=("08", "09")))
    assert decide(editor, title="accept", areas="accept") == 2
    programme = Programme.objects.get()
    assert (programme.title, programme.areas) == ("Neuer Titel", ["08", "09"])
    assert programme.description.startswith("Gefördert")
    assert set(waiting()) == {"description"}
    entry = ModelLogEntry.objects.for_instance(programme).filter(action=reviewing.REVIEWED).get()
    assert (entry.user, entry.data["fields"]) == (editor, ["areas", "title"])


def test_what_is_kept_is_asked_about_again_only_when_the_source_changes_it_again(editor: User) -> None:
    take(record())
    take(record(title="Neuer Titel"))
    decide(editor, title="keep")
    assert waiting() == {}
    for by_review in (True, False):  # not by a later import either, whatever else it brings
        take(record(title="Neuer Titel", description=f"Anders, {by_review}."), by_review=by_review)
        assert Programme.objects.get().title == "Alter Titel"
        assert "title" not in waiting()
    take(record(title="Dritter Titel"))
    assert waiting()["title"] == "Dritter Titel"


def test_a_protected_field_is_never_written_until_somebody_asks_again(editor: User) -> None:
    take(record())
    take(record(title="Neuer Titel"))
    decide(editor, title="protect")
    for number, by_review in enumerate((True, False)):
        report = take(record(title=f"Titel {number}", description=f"Text {number}"), by_review=by_review)
        assert report.protected == 1
        assert (Programme.objects.get().title, "title" in waiting()) == ("Alter Titel", False)
    reviewing.ask_again(programme=Programme.objects.get(), field="title", by=editor)
    take(record(title="Titel 1", description="Text 1"))
    assert waiting() == {"title": "Titel 1"}


def test_ours_is_kept_no_longer_once_somebody_asks_again(editor: User) -> None:
    take(record())
    take(record(title="Neuer Titel"))
    decide(editor, title="keep")
    reviewing.ask_again(programme=Programme.objects.get(), field="title", by=editor)
    assert waiting() == {"title": "Neuer Titel"}
    with pytest.raises(KeyError):
        reviewing.ask_again(programme=Programme.objects.get(), field="slug", by=editor)


def test_an_import_without_review_takes_over_what_was_waiting() -> None:
    take(record())
    take(record(title="Neuer Titel"))
    report = take(record(title="Neuer Titel"), by_review=False)
    assert (report.changed, report.unchanged) == (1, 0)
    assert (Programme.objects.get().title, waiting()) == ("Neuer Titel", {})


def test_texts_in_another_format_are_decided_about_together(editor: User) -> None:
    take(record())
    marked = record(text_format="html", description="<p>Gefördert werden <b>Rathäuser</b>.</p>")
    take(marked)
    assert set(waiting()) == {"text_format"}
    assert decide(editor, text_format="accept") == 1
    programme = Programme.objects.get()
    assert (programme.text_format, programme.description) == ("html", "<p>Gefördert werden <b>Rathäuser</b>.</p>")
    Programme.objects.update(protected_fields=["description"])
    assert take(record(), by_review=False).protected == 1
    assert Programme.objects.get().text_format == "html"


def test_what_is_missing_is_flagged_at_once_and_never_deleted() -> None:
    take(record())
    take(record(absent=True))
    assert Programme.objects.get().absent_since == timezone.localdate()
    take(record(absent=True, title="Neuer Titel"))
    assert set(waiting()) == {"title"}


def test_what_nobody_sees_changes_without_asking() -> None:
    take(record())
    Programme.objects.update(live=False)
    assert (take(record(title="Neuer Titel")).changed, waiting()) == (1, {})
    assert Programme.objects.get().title == "Neuer Titel"


def test_who_decides_has_seen_what_the_source_says_now(editor: User) -> None:
    take(record())
    take(record(title="Neuer Titel"))
    seen = {"title": ("accept", reviewing.fingerprint_of("Neuer Titel"))}
    take(record(title="Noch neuerer Titel"))
    programme = Programme.objects.get()
    with pytest.raises(ValidationError, match="Inzwischen"):
        reviewing.decide(programme=programme, choices=seen, by=editor)  # type: ignore[arg-type] # a choice
    assert Programme.objects.get().title == "Alter Titel"
    with pytest.raises(ValidationError):
        decide(editor, summary="accept")
    with pytest.raises(PermissionDenied):
        decide(UserFactory(), title="accept")


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_decide_once() -> None:
    editors = [UserFactory(editor=True) for _ in range(2)]
    take(record())
    take(record(title="Neuer Titel"))
    barrier, results = threading.Barrier(2), []

    def one(by: User, choice: reviewing.Choice) -> None:
        barrier.wait()
        try:
            results.append(decide(by, title=choice))
        except ValidationError:
            results.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in zip(editors, ("accept", "protect"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    programme = Programme.objects.get()
    assert results.count(None) == 1
    assert (programme.title == "Neuer Titel") != (programme.protected_fields == ["title"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_an_import_waits_for_an_editor_who_is_deciding(monkeypatch: pytest.MonkeyPatch, is_guarded: bool) -> None:
    """Without the lock the import would ask about a field that has just been protected."""
    editor = UserFactory(editor=True)
    take(record())
    take(record(title="Neuer Titel"))
    if not is_guarded:
        monkeypatch.setattr(ProgrammeQuerySet, "select_for_update", lambda rows, **_how: rows)
    decided, released = threading.Event(), threading.Event()

    def deciding() -> None:
        with transaction.atomic():
            decide(editor, title="protect")
            decided.set()
            released.wait(20)
        connections.close_all()

    def importing() -> None:
        decided.wait(20)
        take(record(title="Noch neuerer Titel"))
        connections.close_all()

    threads = [threading.Thread(target=work) for work in (deciding, importing)]
    for thread in threads:
        thread.start()
    decided.wait(20)
    threads[1].join(0.7)  # it waits, with the lock for the programme, without it for the difference
    released.set()
    for thread in threads:
        thread.join(20)
    assert Programme.objects.get().protected_fields == ["title"]
    assert ("title" in waiting()) != is_guarded


# --- where each fact comes from ---


def test_the_row_says_who_changed_a_field_last_whoever_writes(editor: User, time_machine: Any) -> None:
    take(record())
    programme = Programme.objects.get()
    assert (programme.origins, programme.origin_of("title")["by"]) == ({}, "source")
    assert programme.origin_of("rate_max")["by"] == "editors"
    take(record(title="Neuer Titel"), by_review=False)
    Programme.objects.update(rate_max=50)
    correcting.accept(correction=CorrectionFactory(programme=programme, field="binding_years", value="5"), by=editor)
    programme.refresh_from_db()
    assert {name: one["by"] for name, one in programme.origins.items()} == {
        "title": "source",
        "rate_max": "editors",
        "binding_years": "reader",
    }
    told = Client().get(f"/api/v1/funding-programmes/{programme.slug}/").json()["origins"]
    assert told == programme.origins
    assert programme.origins["title"]["on"] == str(Programme.objects.dates("updated_at", "day").get())
    programme.origins = {}
    programme.save()  # whoever saves an older object does not forget it
    assert len(Programme.objects.get().origins) == 3


def test_no_field_of_the_origins_is_forgotten() -> None:
    names = {field.name for field in Programme._meta.get_fields()}
    assert set(TOLD_OF) <= names


def test_readers_see_where_each_fact_comes_from(client: Client) -> None:
    programme = ProgrammeFactory(imported=True, rate_max=40)
    Programme.objects.update(rate_max=50)
    page = text(client.get(programme.get_absolute_url()))
    assert "Woher jede Angabe stammt" in page
    assert "Redaktion des Kompetenzzentrums" in page


# --- the page ---


def test_the_page_shows_what_goes_and_what_comes(client: Client, editor: User) -> None:
    programme = ProgrammeFactory(imported=True, title="Alter Titel", description="Es gibt 50 Prozent für Rathäuser.")
    DifferenceFactory(programme=programme)
    DifferenceFactory(programme=programme, field="description", value="Es gibt 60 Prozent für Rathäuser.")
    DifferenceFactory(programme=programme, field="areas", value=["08", "09"])
    DifferenceFactory(
        programme=programme, field="links", value=[{"kind": "further", "title": "X", "url": "https://e.org"}]
    )
    client.force_login(editor)
    page = client.get(reverse("funding:differences"))
    html = page.content.decode()
    assert "50 </del>" in html
    assert "60 </ins>" in html
    assert "Bayern" in html
    for said in ("Alter", "Neuer", "der Quelle", "Übernehmen", "vor Importen schützen"):
        assert said in text(page), said
    fields = programme.differences.all()
    data = {f"seen-{one.field}": reviewing.fingerprint_of(one.value) for one in fields}
    address = reverse("funding:decide_differences", args=[programme.slug])
    assert client.post(address, {**data, "choice-title": "accept", "choice-areas": "protect"}).status_code == 302
    programme.refresh_from_db()
    assert (programme.title, programme.protected_fields) == ("Neuer Titel der Quelle", ["areas"])
    left = text(client.get(reverse("funding:differences")))
    assert "vor Importen geschützt" in left
    again = reverse("funding:ask_again", args=[programme.slug])
    assert client.post(again, {"field": "areas"}).status_code == 302
    assert client.post(again, {"field": "quark"}).status_code == 404
    assert client.post(address, {**data, "all": "1"}).status_code == 302  # has been decided in part: nothing is done
    assert Difference.objects.open().count() == 2
    left_over = {f"seen-{one.field}": reviewing.fingerprint_of(one.value) for one in programme.differences.all()}
    client.post(address, {**left_over, "all": "1"})
    assert Programme.objects.get().description == "Es gibt 60 Prozent für Rathäuser."
    assert "Nichts wartet" in text(client.get(reverse("funding:differences")))


def test_a_choice_that_there_is_not_is_refused(client: Client, editor: User) -> None:
    one = DifferenceFactory()
    client.force_login(editor)
    address = reverse("funding:decide_differences", args=[one.programme.slug])
    assert client.post(address, {"seen-title": "x", "choice-title": "quark"}).status_code == 400


@pytest.mark.parametrize("number", [1, 10])
def test_the_page_costs_the_same_for_one_and_for_many(
    client: Client, editor: User, django_assert_max_num_queries: Any, number: int
) -> None:
    DifferenceFactory.create_batch(number)
    client.force_login(editor)
    client.get(reverse("funding:differences"))
    with django_assert_max_num_queries(14):
        client.get(reverse("funding:differences"))


def test_long_texts_are_shortened_around_what_changes() -> None:
    words = [f"wort{n}" for n in range(500)]
    programme = ProgrammeFactory(imported=True, description=" ".join([*words, "alt", *words]))
    one = DifferenceFactory(programme=programme, field="description", value=" ".join([*words, "neu", *words]))
    pieces = shown_difference(programme, one).pieces
    assert [kind for kind, _text in pieces] == ["same", "cut", "same", "gone", "new", "same", "cut", "same"]
    assert sum(len(said) for _kind, said in pieces) < 500
