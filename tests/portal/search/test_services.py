"""What was looked for in vain is counted, and says nothing about who looked."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portal.search import services
from portal.search.models import LoggedSearch
from portal.search.tasks import purge_log
from tests.factories.search import LoggedSearchFactory

pytestmark = pytest.mark.django_db


def kept() -> dict[str, int]:
    return dict(LoggedSearch.objects.values_list("words", "times"))


def test_the_same_words_are_counted_however_they_are_written() -> None:
    for words in ("Solarpflicht Neubau", "  solarpflicht   NEUBAU ", "solarpflicht\tneubau"):
        assert services.note_search(words, 0)
    assert kept() == {"solarpflicht neubau": 3}
    assert services.note_search("Bürgermeister", 0)
    assert services.note_search("Bu\u0308rgermeister", 0), "the same letter, composed of two characters"
    assert kept() == {"solarpflicht neubau": 3, "bürgermeister": 2}


def test_each_day_is_counted_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    LoggedSearchFactory(day=timezone.localdate() - timedelta(days=1), words="drohnen", times=4)
    services.note_search("Drohnen", 0)
    assert sorted(LoggedSearch.objects.values_list("times", flat=True)) == [1, 4]
    assert services.without_result() == [("drohnen", 5)]


@pytest.mark.parametrize(
    "words",
    [
        "rieke.rathaus@example.org",
        "rieke(at)example.org oder @rieke",
        "0171 2345678",
        "01 71/23-45 67",
        "+49 (7141) 910",
        "Aktenzeichen 12345",
        "71638",
        "eins zwei drei vier fünf sechs sieben",
        "x" * 101,
        "drohnen\x00",
        "drohnen\u202e",
        "",
        "   ",
    ],
)
def test_what_may_name_a_person_is_not_kept(words: str) -> None:
    assert not services.note_search(words, 0)
    assert kept() == {}


@pytest.mark.parametrize("words", ["§ 17 OZG", "4711", "DIN 66336-1"[:8], "eins zwei drei vier fünf sechs", "x" * 100])
def test_what_names_nobody_is_kept(words: str) -> None:
    assert services.note_search(words, 0)
    assert kept() == {words.lower(): 1}


def test_a_program_cannot_fill_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_ROWS_A_DAY", 3)
    LoggedSearchFactory(day=timezone.localdate() - timedelta(days=1))  # other days do not count
    assert [services.note_search(f"wort {n}", 0) for n in range(5)] == [True, True, True, False, False]
    assert services.note_search("wort 1", 0), "what is there already is still counted"
    assert LoggedSearch.objects.get(words="wort 1").times == 2


def test_the_most_frequent_come_first_and_old_ones_not_at_all() -> None:
    today = timezone.localdate()
    for words, times, age in (("a", 2, 0), ("b", 3, 10), ("b", 3, 11), ("c", 99, 91), ("d", 5, 90), ("e", 2, 0)):
        LoggedSearchFactory(words=words, times=times, day=today - timedelta(days=age))
    assert services.without_result() == [("b", 6), ("d", 5), ("a", 2), ("e", 2)]
    assert services.without_result(limit=1) == [("b", 6)]
    assert services.without_result(days=5) == [("a", 2), ("e", 2)]


def test_after_ninety_days_a_search_is_forgotten() -> None:
    today = timezone.localdate()
    for age in (0, 90, 91, 400):
        LoggedSearchFactory(day=today - timedelta(days=age))
    purge_log()
    assert sorted((today - day).days for day in LoggedSearch.objects.values_list("day", flat=True)) == [0, 90]
    assert services.purge_log() == 0


@pytest.mark.django_db(transaction=True)
def test_searches_at_the_same_moment_are_all_counted() -> None:
    def race(note: Any) -> int:
        LoggedSearch.objects.all().delete()
        start = threading.Barrier(8)

        def search() -> None:
            try:
                start.wait()
                for _again in range(5):
                    note("drohnen")
            finally:
                connection.close()

        threads = [threading.Thread(target=search) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return LoggedSearch.objects.values_list("times", flat=True).get()

    def read_then_write(words: str) -> None:
        """What would go wrong: the database is read first and written then."""
        day = timezone.localdate()
        LoggedSearch.objects.bulk_create([LoggedSearch(day=day, words=words, times=0)], ignore_conflicts=True)
        row = LoggedSearch.objects.get(day=day, words=words)
        LoggedSearch.objects.filter(pk=row.pk).update(times=row.times + 1)

    assert race(read_then_write) < 40
    assert race(lambda words: services.note_search(words, 0)) == 40
