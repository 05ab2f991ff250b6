"""Notices of outages: from when to when, and at once."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.content.models import ServiceNotice
from portal.content.services.notices import notices_of_now
from tests.portal.content.people import approver

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()
    yield
    cache.clear()


def test_notices_are_shown_between_their_moments_alone() -> None:
    now = timezone.now()
    ServiceNotice.objects.create(text="vorbei", starts_at=now - 2 * HOUR, ends_at=now - HOUR)
    ServiceNotice.objects.create(text="später", starts_at=now + HOUR)
    ServiceNotice.objects.create(text="bis später", starts_at=now - HOUR, ends_at=now + HOUR)
    ServiceNotice.objects.create(text="bis auf Weiteres", starts_at=now - 2 * HOUR)
    assert [notice.text for notice in notices_of_now()] == ["bis später", "bis auf Weiteres"]


def test_notices_cost_no_statement_once_they_are_known(django_assert_num_queries) -> None:
    ServiceNotice.objects.create(text="Wartung")
    notices_of_now()
    with django_assert_num_queries(0):
        assert [notice.text for notice in notices_of_now()] == ["Wartung"]


def test_a_notice_that_ends_before_it_begins_is_refused() -> None:
    now = timezone.now()
    with pytest.raises(IntegrityError, match="ends_after_start"), transaction.atomic():
        ServiceNotice.objects.create(text="verkehrt", starts_at=now, ends_at=now - HOUR)


def test_a_notice_stands_on_every_page_as_soon_as_it_is_saved_and_goes_when_deleted() -> None:
    reader, client = Client(), Client()
    client.force_login(approver())
    page = reverse("directory:municipality_list")
    assert "Störung der Suche" not in reader.get(page).content.decode()
    form = {"kind": "danger", "text": "Störung der Suche", "starts_at": "01.01.2026 08:00", "ends_at": ""}
    saved = client.post("/redaktion/snippets/content/servicenotice/add/", form)
    assert saved.status_code == 302, saved.context["form"].errors
    assert "Störung der Suche" in reader.get(page).content.decode()
    notice = ServiceNotice.objects.get()
    client.post(f"/redaktion/snippets/content/servicenotice/edit/{notice.pk}/", form | {"text": "Behoben"})
    assert "Behoben" in reader.get(page).content.decode()
    client.post(f"/redaktion/snippets/content/servicenotice/delete/{notice.pk}/")
    assert "Behoben" not in reader.get(page).content.decode()


def test_a_wrong_notice_is_answered_beside_the_field() -> None:
    client = Client()
    client.force_login(approver())
    form = {"kind": "info", "text": "Wartung", "starts_at": "02.01.2026 08:00", "ends_at": "01.01.2026 08:00"}
    answer = client.post("/redaktion/snippets/content/servicenotice/add/", form)
    assert (answer.status_code, ServiceNotice.objects.count()) == (200, 0)
    assert answer.context["form"].errors
