"""Imports: two at once, and over what editors write."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from funding.models import PROVENANCE, SAID_BY_THE_SOURCE, Programme
from funding.services import (
    IMPORT_LOCK,
    ContactRecord,
    ImportRunningError,
    ProgrammeRecord,
    SourceShrankError,
    import_programmes,
)
from funding.services.importing import PLAIN_FIELDS
from tests.factories.accounts import UserFactory
from tests.factories.funding import ProgrammeFactory
from tests.racing import at_once


@pytest.mark.django_db(transaction=True)
def test_second_import_at_the_same_time_is_refused():
    held, released = threading.Event(), threading.Event()

    def first(_barrier):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
            held.set()
            released.wait(20)

    def second(_barrier):
        held.wait(20)
        try:
            return import_programmes(records=[], imported_from="x", licence="", licence_url="", complete=True)
        finally:
            released.set()

    _first, refused = at_once(first, second)
    assert isinstance(refused, ImportRunningError)
    report = import_programmes(records=[], imported_from="x", licence="", licence_url="", complete=False)
    assert report.imported == 0


# --- imports and what editors write ---


def record(**values) -> ProgrammeRecord:
    values = {"title": "Text der Quelle", "areas": ("08",), "contacts": (ContactRecord(institution="Amt"),)} | values
    given = {"source_key": "bund-a", "source_url": "https://www.foerderdatenbank.de/a.html"} | values
    return ProgrammeRecord(attribution="Von jemandem", text_format="text", **given)


def take_over(*records: ProgrammeRecord, complete: bool = False, dry_run: bool = False):
    return import_programmes(
        records=records,
        imported_from="fdb-csv",
        licence="CC BY-ND 4.0",
        licence_url="https://creativecommons.org/licenses/by-nd/4.0/deed.de",
        complete=complete,
        dry_run=dry_run,
    )


def actions(programme: Programme) -> list[str]:
    return list(ModelLogEntry.objects.for_instance(programme).order_by("pk").values_list("action", flat=True))


def test_all_that_an_import_brings_is_kept_from_versions_and_forms():
    assert set(PLAIN_FIELDS) - {*SAID_BY_THE_SOURCE, *PROVENANCE} == set()


@pytest.mark.django_db
def test_import_publishes_what_is_new_and_dates_it():
    take_over(record())
    programme = Programme.objects.get()
    assert (programme.state, programme.first_published_at, programme.last_published_at) == (
        "published",
        programme.imported_at,
        programme.imported_at,
    )


@pytest.mark.django_db
def test_import_over_a_draft_ends_the_draft():
    take_over(record())
    programme = Programme.objects.get()
    programme.check_interval_days = 30
    draft = programme.save_revision(changed=True)
    draft.publish()
    programme.refresh_from_db()
    programme.check_interval_days = 60
    draft = programme.save_revision(changed=True)
    assert Programme.objects.get().has_unpublished_changes is True
    take_over(record(title="Neuer Text", contacts=(ContactRecord(institution="Neues Amt"),)))
    programme = Programme.objects.get()
    assert (programme.title, programme.latest_revision, programme.live_revision) == ("Neuer Text", None, None)
    assert (programme.has_unpublished_changes, programme.check_interval_days, programme.live) == (False, 30, True)
    # Whoever publishes the old draft after all brings back no word of the old text.
    draft.refresh_from_db()
    assert draft.content["title"] == "Text der Quelle"
    draft.publish()
    programme = Programme.objects.get()
    assert (programme.title, programme.check_interval_days) == ("Neuer Text", 60)
    assert [contact.institution for contact in programme.contacts.all()] == ["Neues Amt"]


@pytest.mark.django_db
def test_import_ends_the_approval_and_the_schedule_of_what_lost_its_area():
    take_over(record())
    Programme.objects.update(live=False)
    programme = Programme.objects.get()
    programme.go_live_at = timezone.now() + timedelta(days=1)
    programme.save_revision().publish()
    programme.get_workflow().start(programme, UserFactory(editor=True))
    assert programme.scheduled_revision is not None
    take_over(record(areas=()))
    programme = Programme.objects.get()
    assert (programme.areas, programme.scheduled_revision, programme.current_workflow_state) == ([], None, None)


@pytest.mark.django_db
def test_import_stands_in_the_history_of_what_it_wrote_and_of_nothing_else():
    own = ProgrammeFactory()
    take_over(record())
    programme = Programme.objects.get(source_key="bund-a")
    assert actions(programme) == ["funding.import"]
    take_over(record())
    assert actions(programme) == ["funding.import"]
    take_over(record(title="Neuer Text"), dry_run=True)
    assert actions(programme) == ["funding.import"]
    take_over(record(title="Neuer Text"))
    take_over(complete=True)
    assert actions(programme) == ["funding.import"] * 3
    assert actions(own) == []
    entry = ModelLogEntry.objects.for_instance(programme).first()
    assert (entry.label, entry.user_display_name, entry.content_changed) == ("Neuer Text", "System", True)
    assert entry.message != f"Unknown {entry.action}"


@pytest.mark.django_db
def test_a_source_that_loses_more_than_a_fifth_at_once_stops_the_import_until_somebody_agrees():
    for number in range(20):
        ProgrammeFactory(imported=True, source_key=f"bund-{number}")

    def left(number: int, **values):
        kept = [
            record(source_key=f"bund-{n}", source_url=f"https://www.foerderdatenbank.de/{n}.html")
            for n in range(number)
        ]
        return import_programmes(
            records=kept, imported_from="fdb-csv", licence="", licence_url="", complete=True, **values
        )

    with pytest.raises(SourceShrankError, match="5 von 20"):
        left(15)
    assert not Programme.objects.exclude(absent_since=None).exists()
    assert left(15, dry_run=True).absent == 5  # a trial run shows what would be marked
    assert left(16).absent == 4
    assert left(0, accept_loss=True).absent == 16
    assert Programme.objects.count() == 20
