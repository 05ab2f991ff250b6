"""Forms that editors put together."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.contrib.forms.models import FormSubmission

from portal.content.models.forms import LEAVE_EMPTY
from portal.content.services.forms import purge_submissions
from tests.factories.content import FormFieldFactory, FormPageFactory

pytestmark = pytest.mark.django_db

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def page():
    page = FormPageFactory(kept_days=30)
    for order, (label, kind, choices) in enumerate(
        [
            ("Ihr Name", "singleline", ""),
            ("Ihre Frage", "multiline", ""),
            ("E-Mail", "email", ""),
            ("Thema", "dropdown", "Förderung,Daten"),
            ("Wege", "checkboxes", "Telefon,Brief"),
            ("Zeit", "radio", "früh,spät"),
            ("Einverstanden", "checkbox", ""),
        ]
    ):
        FormFieldFactory(
            page=page,
            label=label,
            field_type=kind,
            choices=choices,
            sort_order=order,
            required=label in {"Ihre Frage", "E-Mail", "Wege"},
            help_text="Ein Hinweis." if label in {"Wege", "Ihr Name"} else "",
        )
    return page


def entered(**changes):
    answers = {"ihre_frage": "Wie geht das?", "e_mail": "kim@example.org", "wege": ["Telefon"], "thema": "Daten"}
    return {**answers, **changes}


def test_form_asks_every_kind_of_question_without_a_cookie(client, page):
    response = client.get(page.get_absolute_url())
    body = response.content.decode()
    assert dict(response.cookies) == {}
    for label in ("Ihr Name", "Ihre Frage", "E-Mail", "Thema", "Wege", "Zeit", "Einverstanden"):
        assert label in body
    assert body.count("<legend") == 2
    for name in ("ihr_name", "ihre_frage", "e_mail", "thema", "einverstanden"):
        assert f'for="id_{name}"' in body
        assert f'id="id_{name}"' in body
    assert "csrfmiddlewaretoken" not in body.split("<main")[1]


def test_answer_is_kept_and_thanked_for_at_an_address_of_its_own(page):
    client = Client(enforce_csrf_checks=True)
    response = client.post(page.get_absolute_url(), entered(), headers=SAME)
    assert (response.status_code, response["Location"]) == (302, f"{page.get_absolute_url()}?gesendet=1")
    (kept,) = FormSubmission.objects.all()
    assert kept.page_id == page.pk
    assert (kept.form_data["ihre_frage"], kept.form_data["wege"]) == ("Wie geht das?", ["Telefon"])
    assert LEAVE_EMPTY not in kept.form_data
    thanks = client.get(response["Location"])
    assert "Danke für Ihre Nachricht." in thanks.content.decode()
    assert dict(thanks.cookies) == {}


def test_mistakes_are_summed_up_and_what_was_entered_stays(client, page):
    response = client.post(page.get_absolute_url(), entered(e_mail="keine", wege=[]), headers=SAME)
    body = response.content.decode()
    assert response.status_code == 200
    assert 'id="error-summary"' in body
    assert 'href="#id_e_mail"' in body
    assert 'value="keine"' in body
    assert "Wie geht das?" in body
    assert body.count("aria-invalid") >= 1
    assert FormSubmission.objects.count() == 0


def test_form_of_another_site_is_refused(page):
    client = Client(enforce_csrf_checks=True)
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example.org"}):
        assert client.post(page.get_absolute_url(), entered(), headers=headers).status_code == 403
    assert FormSubmission.objects.count() == 0


def test_program_that_fills_everything_is_thanked_and_forgotten(client, page):
    response = client.post(page.get_absolute_url(), entered(**{LEAVE_EMPTY: "http://spam.example"}), headers=SAME)
    assert response.status_code == 302
    assert FormSubmission.objects.count() == 0
    assert client.post(page.get_absolute_url(), entered(), headers=SAME)["Location"] == response["Location"]
    assert FormSubmission.objects.count() == 1


def test_answers_are_deleted_when_their_time_has_come(client, page):
    long = FormPageFactory(kept_days=400)
    for kept_by, days in ((page, 31), (page, 29), (long, 399), (long, 401)):
        row = FormSubmission.objects.create(page=kept_by, form_data={})
        FormSubmission.objects.filter(pk=row.pk).update(submit_time=timezone.now() - timedelta(days=days))
    assert purge_submissions() == 2
    assert sorted(FormSubmission.objects.values_list("page_id", flat=True)) == sorted([page.pk, long.pk])
    assert purge_submissions() == 0


@pytest.mark.parametrize("value", ["\x00", "x" * 50_000, "<script>alert(1)</script>", "'; DROP TABLE x; --"])
def test_hostile_answer_breaks_nothing(page, value):
    client = Client(raise_request_exception=False)
    response = client.post(page.get_absolute_url(), entered(ihre_frage=value), headers=SAME)
    assert response.status_code in {200, 302, 400}
