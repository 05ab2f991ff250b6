"""Reviews open by themselves, are written by evaluators, and once published never change."""

import io
import threading
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Role, User
from portal.accounts.services.roles import grant_role
from portal.content.models import Feedback
from portal.evaluation.models import Measure, Review
from portal.evaluation.services import reviewing
from portal.evaluation.services.reviewing import months_later, open_due_reviews, reviewed_areas
from portal.notifications.models import Notification
from tests.factories.accounts import UserFactory, add_app
from tests.factories.evaluation import MeasureFactory, MeasurementFactory, ReviewFactory, ReviewIntervalFactory
from tests.factories.search import LoggedSearchFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluator() -> User:
    person = UserFactory()
    grant_role(person=person, role=Role.EVALUATOR, by=None, reason="Neu im Team")
    add_app(person)
    return person


@pytest.fixture
def signed_in(evaluator: User) -> Client:
    client = Client()
    client.force_login(evaluator)
    return client


def test_every_measured_area_is_reviewed_each_half_year_and_evaluators_are_told_once(evaluator: User) -> None:
    today = date(2026, 11, 29)
    opened = open_due_reviews(today)
    assert {review.area for review in opened} == {area.slug for area in reviewed_areas()}
    assert open_due_reviews(today) == []
    assert Notification.objects.filter(recipient__person=evaluator, kind="review-opened").count() == len(opened)
    funding = next(review for review in opened if review.area == "funding")
    assert (funding.since, funding.until) == (date(2026, 5, 29), today)


def test_the_next_begins_where_the_last_ended_and_intervals_differ() -> None:
    today = timezone.localdate()
    half_a_year = months_later(today, -6)
    last = ReviewFactory(area="funding", until=half_a_year)
    ReviewFactory(area="content", until=half_a_year)
    ReviewIntervalFactory(area="content", months=12)
    areas_ = {review.area: review for review in open_due_reviews(today)}
    assert areas_["funding"].since == last.until + timedelta(days=1)
    assert "content" not in areas_


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 29), -6, date(2026, 5, 29)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_end_when_months_end(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


def test_a_review_shows_figures_feedback_searches_in_vain_and_earlier_measures(signed_in: Client) -> None:
    today = timezone.localdate()
    review = ReviewFactory(area="content", until=today, hidden=True)
    MeasureFactory(review=ReviewFactory(area="content", until=today - timedelta(days=200)), text="Suchworte ergänzen")
    Feedback.objects.create(path="/leitfaeden/x/", helpful=False, text="Zu lang.")
    LoggedSearchFactory(words="quittengelee", times=4)
    MeasurementFactory(indicator="content-helpful", value=61.5, day=today)
    page = signed_in.get(review.get_absolute_url()).content.decode()
    for words in ("61,5", "Zu lang.", "quittengelee (4)", "Suchworte ergänzen"):
        assert words in page


def test_findings_measures_and_publishing(signed_in: Client, evaluator: User) -> None:
    review = ReviewFactory(area="funding", until=timezone.localdate(), hidden=True)
    url = review.get_absolute_url()
    publish = reverse("evaluation:publish", args=[review.pk])
    answer = signed_in.post(publish, follow=True)
    assert "Bitte schreiben Sie zuerst die Ergebnisse" in answer.content.decode()
    assert signed_in.post(url, {"action": "findings", "findings": "Es geht voran."}).status_code == 302
    wrong = signed_in.post(url, {"action": "measure", "text": "", "due_on": "2020-01-01"})
    assert wrong.status_code == 400
    due = timezone.localdate() + timedelta(days=10)
    values = {"action": "measure", "text": "Prüfen", "function": "Redaktion", "due_on": due.isoformat()}
    assert signed_in.post(url, values | {"owner": evaluator.pk}).status_code == 302
    assert signed_in.get(publish).status_code == 200
    signed_in.post(publish)
    page = Client().get(reverse("evaluation:report", args=["funding", review.until.isoformat()])).content.decode()
    assert "Es geht voran." in page
    assert "Prüfen" in page
    assert str(evaluator) not in page, "the report names functions, no people"


def test_a_report_stays_as_it_was_published(evaluator: User) -> None:
    MeasurementFactory(indicator="funding-published", value=10.0, day=timezone.localdate())
    review = ReviewFactory(area="funding", until=timezone.localdate(), hidden=True, findings="So war es.")
    published = reviewing.publish(review=review, by=evaluator)
    assert published.figures[0]["value"] == 10
    with pytest.raises(PermissionDenied):
        reviewing.write_findings(review=published, findings="Anders.", by=evaluator)
    with pytest.raises(PermissionDenied):
        reviewing.publish(review=published, by=evaluator)
    for change in ({"findings": "Anders."}, {"figures": []}, {"published_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Review.objects.filter(pk=published.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Review.objects.filter(pk=published.pk).delete()
    Review.objects.filter(pk=published.pk).update(published_by=None)  # a person who is gone


def test_what_became_of_a_measure_is_added_later_and_dropping_needs_a_reason(signed_in: Client) -> None:
    measure = MeasureFactory()
    url = reverse("evaluation:update_measure", args=[measure.pk])
    signed_in.post(url, {"state": "dropped", "result": ""})
    measure.refresh_from_db()
    assert measure.state == "planned"
    signed_in.post(url, {"state": "quatsch"})
    signed_in.post(url, {"state": "done", "result": "Alle geprüft"})
    measure.refresh_from_db()
    assert (measure.state, measure.result) == ("done", "Alle geprüft")
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(state="dropped", result=" ")
    with pytest.raises(ValidationError):
        reviewing.update_measure(measure=measure, state="dropped", result=" ", by=UserFactory(is_superuser=True))


def test_who_is_responsible_is_reminded_once_a_week_before() -> None:
    owner = UserFactory()
    MeasureFactory(owner=owner, due_on=timezone.localdate() + timedelta(days=6))
    MeasureFactory(owner=owner, due_on=timezone.localdate() + timedelta(days=60))
    assert reviewing.tell_of_due_measures() == 1
    assert reviewing.tell_of_due_measures() == 0


def test_the_pdf_is_tagged_named_and_has_charts_with_their_tables(evaluator: User) -> None:
    """PDF/UA-1: the writer refuses what is not; looked at here is what it has written."""
    today = timezone.localdate()
    for week in range(6):
        MeasurementFactory(indicator="funding-published", value=10.0 + week, day=today - timedelta(days=7 * week))
    review = ReviewFactory(
        area="funding", until=today, hidden=True, findings='Mehr "Programme" #set\\n\n*Zweiter* Absatz.'
    )
    MeasureFactory(review=review, text="Ä*rger [vermeiden] $x$ <b>")
    reviewing.publish(review=review, by=evaluator)
    answer = Client().get(reverse("evaluation:report_pdf", args=["funding", today.isoformat()]))
    assert answer["Content-Type"] == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    kinds = set(structure(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    text = "".join(page.extract_text() for page in reader.pages)
    for words in ('Mehr "Programme" #set', "Zweiter", "[vermeiden] $x$ <b>", "Evaluationsbericht"):
        assert words in text


def structure(node: Any) -> Any:
    """Yield the kind of every element of the structure tree; each picture has words in its place."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"]
            if node["/S"] == "/Figure":
                assert node["/Alt"]
        if "/K" in node:
            yield from structure(node["/K"])


@pytest.mark.django_db(transaction=True)
def test_two_workers_open_one_review(evaluator: User) -> None:
    start = threading.Barrier(2)
    opened: list[int] = []

    def work() -> None:
        start.wait()
        opened.append(len(open_due_reviews()))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(opened) == Review.objects.count() == len(reviewed_areas())


@pytest.mark.parametrize("until", ["2026-02-30", "gestern", "1900-01-01"])
def test_a_report_that_is_not_there_is_a_404(until: str) -> None:
    assert Client().get(f"/evaluation/funding/{until}/").status_code == 404
