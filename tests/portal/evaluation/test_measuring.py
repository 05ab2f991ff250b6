"""Indicators: each is measured on its own, what was measured stays, and what looks back says the same again."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import counting
from portal.accounts.models import Role
from portal.accounts.services.roles import grant_role
from portal.areas import Area, Indicator, areas
from portal.evaluation.models import DailyCount, Measurement
from portal.evaluation.services.counting import write_down
from portal.evaluation.services.measuring import figures, measure_all
from tests.factories.accounts import UserFactory, add_app
from tests.factories.content import GuideFactory
from tests.factories.evaluation import DailyCountFactory, MeasurementFactory
from tests.factories.funding import ProgrammeFactory

pytestmark = pytest.mark.django_db
READER = {"HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}


@pytest.fixture
def broken() -> Any:
    """An area with one indicator that fails and one that does not."""
    area = Area(
        slug="test-broken",
        label="Test",
        summary="Test",
        order=9_000,
        indicators=(
            Indicator(slug="test-fails", label="kaputt", question="Geht das?", evaluate=lambda: 1 / 0),
            Indicator(slug="test-works", label="heil", question="Geht das?", evaluate=lambda: 7.0, public=False),
        ),
    )
    areas.register(area)
    yield area
    areas._areas.pop("test-broken")


def evaluator() -> Client:
    person = UserFactory()
    grant_role(person=person, role=Role.EVALUATOR, by=None, reason="Neu im Team")
    add_app(person)
    client = Client()
    client.force_login(person)
    return client


def test_one_that_fails_is_recorded_and_the_rest_are_measured(broken: Area) -> None:
    ProgrammeFactory()
    outcome = measure_all()
    assert outcome.failed == 1
    assert Measurement.objects.get(indicator="test-fails").error.startswith("ZeroDivisionError")
    assert Measurement.objects.get(indicator="test-works").value == 7
    assert Measurement.objects.get(indicator="funding-published").value == 1
    page = evaluator().get(reverse("evaluation:dashboard")).content.decode()
    assert "Eine Kennzahl konnte nicht gemessen werden" in page


def test_measured_again_a_day_says_the_same_and_only_failures_are_tried_again(broken: Area) -> None:
    ProgrammeFactory()
    measure_all()
    ProgrammeFactory()
    again = measure_all()
    assert (again.measured, again.failed) == (0, 1)
    assert Measurement.objects.get(indicator="funding-published").value == 1


def test_the_database_lets_nobody_change_what_was_measured() -> None:
    row = MeasurementFactory()
    with pytest.raises(DatabaseError), transaction.atomic():
        Measurement.objects.filter(pk=row.pk).update(value=43)
    failed = MeasurementFactory(value=None, error="kaputt")
    Measurement.objects.filter(pk=failed.pk).update(value=5, error="")


def test_a_past_day_is_measured_where_that_is_possible_and_otherwise_stays_a_gap() -> None:
    day = timezone.localdate() - timedelta(days=40)
    DailyCountFactory(day=day, what="visits", number=12)
    measure_all(day)
    assert Measurement.objects.get(indicator="portal-pages-read", day=day).value == 12
    assert not Measurement.objects.filter(indicator="funding-published").exists()


def test_trend_and_target_are_said() -> None:
    today = timezone.localdate()
    for days, value in ((60, 50.0), (30, 70.0), (0, 95.0)):
        MeasurementFactory(indicator="portal-searches-answered", day=today - timedelta(days=days), value=value)
    found = {one.indicator.slug: one for one in figures(today - timedelta(days=90), today, only_public=True)}
    figure = found["portal-searches-answered"]
    assert (figure.value, figure.change, figure.is_better, figure.reaches_target) == (95, 25, True, True)
    assert found["technologies-on-time"].value is None
    assert "content-overdue" not in found, "an internal one"


def test_everybody_reads_public_figures_and_takes_them_along() -> None:
    MeasurementFactory(indicator="funding-published", value=4711.0)
    MeasurementFactory(indicator="content-overdue", value=815.0)
    client = Client()
    page = client.get(reverse("evaluation:statistics")).content.decode()
    assert "4.711" in page
    assert "815" not in page
    table = client.get(reverse("evaluation:statistics_csv")).content.decode("utf-8-sig")
    assert "funding-published" in table
    assert "content-overdue" not in table
    for address in (reverse("evaluation:statistics_json"), reverse("api:indicators")):
        slugs = {one["indicator"] for one in client.get(address).json()["indicators"]}
        assert "funding-published" in slugs
        assert "content-overdue" not in slugs


# --- counting ---


def test_visits_are_counted_by_page_and_day_without_cookie_and_bots_are_not() -> None:
    GuideFactory(slug="gelesen")
    client = Client()
    for _ in range(3):
        answer = client.get("/leitfaeden/gelesen/", **READER)
        assert not answer.cookies
    client.get(reverse("funding:programme_list"), **READER)
    client.get("/leitfaeden/gelesen/", HTTP_USER_AGENT="Googlebot/2.1")
    client.get("/leitfaeden/gelesen/", HTTP_USER_AGENT="curl/8.0")
    client.get("/leitfaeden/gelesen/", HTTP_SEC_PURPOSE="prefetch", **READER)
    client.get("/leitfaeden/gelesen/", HTTP_HX_REQUEST="true", **READER)
    client.get("/gibt-es-nicht/", **READER)
    client.get(reverse("evaluation:statistics_csv"), **READER)
    counting.flush()
    counted = {(row.what, row.subject): row.number for row in DailyCount.objects.all()}
    assert counted == {
        ("visits", "/leitfaeden/gelesen/"): 3,
        ("visits", "funding:programme_list"): 1,
        ("downloads", "evaluation:statistics_csv"): 1,
    }


def test_no_key_of_a_mail_or_an_invitation_is_ever_counted() -> None:
    person = UserFactory()
    client = Client()
    client.force_login(person)
    client.get(f"/personen/{person.uuid}/", **READER)
    client.get(reverse("notifications:inbox"), **READER)
    counting.flush()
    assert not DailyCount.objects.filter(subject__contains=str(person.uuid)).exists()
    assert not DailyCount.objects.filter(subject__contains="notifications").exists()


@pytest.mark.django_db(transaction=True)
def test_numbers_of_processes_that_write_at_once_are_all_added() -> None:
    today = timezone.localdate()
    start = threading.Barrier(6)

    def add() -> None:
        start.wait()
        for _ in range(5):
            write_down({(today, "visits", subject): 1 for subject in ("a", "b", "c")})
        connection.close()

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(DailyCount.objects.values_list("subject", "number")) == [("a", 30), ("b", 30), ("c", 30)]


def test_what_waits_is_bounded() -> None:
    for number in range(counting.MOST_WAITING + 1):
        counting.count("visits", f"page-{number}")
    assert DailyCount.objects.count() >= counting.MOST_WAITING


def test_a_number_that_cannot_be_written_breaks_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_counted: Any) -> None:
        raise DatabaseError("kaputt")

    monkeypatch.setattr(counting, "_sinks", [broken])
    monkeypatch.setattr(counting, "EVERY_SECONDS", -1)
    assert Client().get("/", **READER).status_code == 200
