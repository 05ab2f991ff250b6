"""Corrections: anybody proposes without account or cookie, an editor accepts in one step."""

import threading
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from funding.models import Correction
from funding.services import correcting
from tests.factories.accounts import UserFactory
from tests.factories.funding import CorrectionFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db

OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
SAID = {"field": "rate_max", "value": "62,5 %", "reason": "Nr. 5 der Richtlinie"}


def text(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_anybody_proposes_a_correction_without_account_and_cookie(client: Client) -> None:
    programme = ProgrammeFactory(rate_max=50)
    address = reverse("funding:propose_correction", args=[programme.slug])
    assert "Korrektur vorschlagen" in text(client.get(programme.get_absolute_url()))
    sent = client.post(address, SAID, **OWN)
    assert (sent.status_code, sent.cookies) == (302, {})
    assert "Vielen Dank" in text(client.get(sent["Location"]))
    assert Correction.objects.get().value == "62,5 %"
    programme.refresh_from_db()
    assert programme.rate_max == 50
    assert client.post(address, SAID).status_code == 403  # another site's form
    hidden = ProgrammeFactory(hidden=True)
    assert client.post(reverse("funding:propose_correction", args=[hidden.slug]), SAID, **OWN).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": ""}, "value"),
        ({"reason": " "}, "reason"),
        ({"field": "title"}, "field"),
        ({"value": "viel"}, "value"),
        ({"value": "120"}, "value"),
        ({"field": "closes_on", "value": "31.02.2027"}, "value"),
        ({"field": "early_start", "value": "vielleicht"}, "value"),
        ({"field": "binding_years", "value": "-1"}, "value"),
    ],
)
def test_what_cannot_be_right_is_said_at_once_and_kept(client: Client, changed: dict[str, str], field: str) -> None:
    address = reverse("funding:propose_correction", args=[ProgrammeFactory().slug])
    page = client.post(address, {**SAID, **changed}, **OWN)
    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert not Correction.objects.exists()


def test_one_reader_proposes_twenty_an_hour(client: Client) -> None:
    cache.clear()
    address = reverse("funding:propose_correction", args=[ProgrammeFactory().slug])
    answers = [client.post(address, SAID, **OWN).status_code for _ in range(21)]
    assert answers == [302] * 20 + [429]


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("rate_max", "62,5 %", "62.50"),
        ("amount_max", "1.250.000 €", "1250000.00"),
        ("closes_on", "31.03.2027", "2027-03-31"),
        ("early_start", "nur mit Zustimmung der Bewilligungsbehörde", "auf-antrag"),
        ("granting_authority", "Musterbehörde", "Musterbehörde"),
        ("binding_years", "5", "5"),
    ],
)
def test_an_editor_takes_it_over_in_one_step_as_a_published_version(field: str, value: str, stored: str) -> None:
    editor = UserFactory(editor=True)
    client = Client()
    client.force_login(editor)
    correction = CorrectionFactory(field=field, value=value)
    assert value in text(client.get(reverse("funding:corrections")))
    answer = client.post(reverse("funding:decide_correction", args=[correction.pk]), {"accept": "1"}, follow=True)
    assert "Übernommen" in text(answer), text(answer)
    programme = correction.programme
    programme.refresh_from_db()
    correction.refresh_from_db()
    assert str(getattr(programme, field)) == stored
    assert programme.live
    assert programme.revisions.count() == 1
    assert (correction.state, correction.decided_by) == ("accepted", editor)
    assert "Keine Korrektur wartet" in text(client.get(reverse("funding:corrections")))


def test_a_correction_that_is_declined_changes_nothing() -> None:
    correction = CorrectionFactory()
    correcting.decline(correction=correction, by=UserFactory(editor=True))
    correction.programme.refresh_from_db()
    assert correction.programme.rate_max is None
    with pytest.raises(ValidationError, match="schon entschieden"):
        correcting.accept(correction=correction, by=UserFactory(editor=True))


def test_a_newer_draft_is_not_published_with_it() -> None:
    correction = CorrectionFactory()
    programme = correction.programme
    programme.title = "Entwurf"
    programme.save_revision()
    with pytest.raises(ValidationError, match="neueren Entwurf"):
        correcting.accept(correction=correction, by=UserFactory(editor=True))


def test_what_would_contradict_the_rest_is_refused() -> None:
    correction = CorrectionFactory(programme__rate_min=80)
    with pytest.raises(ValidationError, match="höchste Förderquote"):
        correcting.accept(correction=correction, by=UserFactory(editor=True))
    with pytest.raises(PermissionDenied):
        correcting.accept(correction=correction, by=UserFactory())


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_one_decides() -> None:
    correction = CorrectionFactory()
    editors = [UserFactory(editor=True), UserFactory(editor=True)]
    barrier, results = threading.Barrier(2), []

    def decide(work: Any, by: Any) -> None:
        barrier.wait()
        try:
            work(correction=correction, by=by)
            results.append("decided")
        except ValidationError:
            results.append("too late")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=decide, args=pair)
        for pair in zip((correcting.accept, correcting.decline), editors, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["decided", "too late"]
