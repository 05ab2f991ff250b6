"""The index is in step with what it tells of, whoever changes it, and whatever goes wrong."""

import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from funding.models import Programme
from portal.areas import areas
from portal.content.models import GuidePage
from portal.directory.models import Municipality
from portal.search import triggers
from portal.search.indexing import index_pending, rebuild
from portal.search.models import Entry, Pending, Word
from tests.factories.content import GuideFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory


def titles() -> set[str]:
    return set(Entry.objects.filter(title__contains="Quitte").values_list("title", flat=True))


@pytest.mark.django_db(transaction=True)
def test_what_is_saved_is_found_as_soon_as_it_is_stored() -> None:
    guide = GuideFactory(title="Quitten pflanzen")
    assert titles() == {"Quitten pflanzen"}
    guide.title = "Quitten ernten"
    guide.save()
    assert titles() == {"Quitten ernten"}
    guide.delete()
    assert titles() == set()
    assert not Pending.objects.filter(kind="guides").exists()


WAYS = {
    "an update of many": lambda row: Programme.objects.filter(pk=row.pk).update(title="Quitten II"),
    "a statement": lambda row: run("UPDATE funding_programme SET title = 'Quitten II' WHERE id = %s", row.pk),
}


def run(sql: str, key: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_what_is_written_past_the_portal_is_noted_in_the_same_transaction(way: str) -> None:
    programme = ProgrammeFactory(title="Quitten I")
    index_pending()
    assert titles() == {"Quitten I"}
    WAYS[way](programme)
    assert list(Pending.objects.values_list("kind", "key")) == [("funding-programmes", str(programme.pk))]
    assert index_pending() == 1
    assert titles() == {"Quitten II"}
    run("DELETE FROM funding_contact WHERE programme_id = %s", programme.pk)
    Programme.objects.filter(pk=programme.pk).delete()
    index_pending()
    assert titles() == set()


@pytest.mark.django_db
def test_a_page_is_noted_whichever_of_its_tables_changes() -> None:
    guide = GuideFactory(title="Quitten")
    index_pending()
    run("UPDATE wagtailcore_page SET title = 'Quitten neu' WHERE id = %s", guide.pk)
    assert ("guides", str(guide.pk)) in set(Pending.objects.values_list("kind", "key"))
    index_pending()
    GuidePage.objects.filter(pk=guide.pk).update(summary="Kurz gesagt")
    index_pending()
    entry = Entry.objects.get(kind="guides", key=str(guide.pk))
    assert (entry.title, entry.summary) == ("Quitten neu", "Kurz gesagt")


@pytest.mark.django_db
def test_every_kind_has_its_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'search_%'")
        there = set(cursor.fetchall())
    wanted = {
        (triggers.name_of(kind), model._meta.db_table)
        for kind in areas.searchables()
        for model in triggers.tables(kind)
    }
    assert wanted == there
    assert len(wanted) > 12


@pytest.mark.django_db
def test_reading_anew_mends_what_is_wrong_and_costs_nobody_a_result() -> None:
    MunicipalityFactory(name="Quittendorf")
    GuideFactory(title="Quitten")
    index_pending()
    before = set(Entry.objects.values_list("pk", flat=True))
    Entry.objects.filter(title="Quitten").update(title="Falsch")
    Entry.objects.create(kind="guides", key="99999999", url="/x/", title="Quittengeist")
    Entry.objects.create(kind="gibt-es-nicht", key="1", url="/x/", title="Quittengeist")
    number = rebuild()
    assert "Quittengeist" not in titles()
    assert {one for one in titles() if "dorf" not in one} == {"Quitten"}
    assert set(Entry.objects.values_list("pk", flat=True)) == before, "each entry is replaced where it stands"
    assert number == Entry.objects.count()
    assert Word.objects.filter(word="quitten").exists()


@pytest.mark.django_db
def test_the_command_reads_everything_anew(capsys: pytest.CaptureFixture[str]) -> None:
    GuideFactory(title="Quitten")
    Entry.objects.all().delete()
    call_command("rebuild_search")
    assert "entries are in the index" in capsys.readouterr().out
    assert titles() == {"Quitten"}


@pytest.mark.django_db
def test_a_thousand_changes_cost_few_statements() -> None:
    for _ in range(30):
        MunicipalityFactory()
    index_pending()
    Municipality.objects.update(population=1)
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert index_pending() == 30
    assert len(queries) < 60


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work_and_neither_loses_any() -> None:
    for number in range(4):
        ProgrammeFactory(title=f"Quitten {number}")
    index_pending()
    Programme.objects.update(summary="Neu")
    done: list[int] = []

    def work() -> None:
        done.append(index_pending())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 4
    assert not Pending.objects.exists()
    assert set(Entry.objects.filter(kind="funding-programmes").values_list("summary", flat=True)) == {"Neu"}


@pytest.mark.django_db(transaction=True)
def test_a_change_in_bulk_while_the_thing_is_being_read_is_noted_anew() -> None:
    programme = ProgrammeFactory()
    pending = Pending.objects.filter(kind="funding-programmes", key=str(programme.pk))
    Pending.objects.all().delete()
    Pending.objects.create(kind="funding-programmes", key=str(programme.pk))
    changed = threading.Event()

    def change() -> None:
        Programme.objects.filter(pk=programme.pk).update(title="Inzwischen anders")
        connection.close()
        changed.set()

    with transaction.atomic():
        taken = list(pending.select_for_update())
        thread = threading.Thread(target=change)
        thread.start()
        assert not changed.wait(0.5), "it waits for the one who reads"
        Pending.objects.filter(pk__in=[one.pk for one in taken]).delete()
    thread.join()
    assert pending.exists()
