"""security.txt (RFC 9116; landscape 3.5, point 37)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import override_settings

from portal.content.reader_views import security_txt_expires

URL = "/.well-known/security.txt"
pytestmark = pytest.mark.django_db


@override_settings(SECURITY_CONTACT="sicherheit@portal.bund.de", SITE_URL="https://portal.bund.de")
def test_security_txt_names_what_the_rfc_demands(client, time_machine):
    time_machine.move_to("2026-11-22T12:00:00Z", tick=False)
    response = client.get(URL)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        "Contact: mailto:sicherheit@portal.bund.de\n"
        "Expires: 2027-05-31T23:59:59Z\n"
        "Preferred-Languages: de, en\n"
        "Canonical: https://portal.bund.de/.well-known/security.txt\n"
    )


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("https://portal.bund.de/sicherheit", "https://portal.bund.de/sicherheit"),
        ("mailto:a@bund.de", "mailto:a@bund.de"),
    ],
)
def test_security_txt_takes_web_addresses_too(client, contact, shown):
    with override_settings(SECURITY_CONTACT=contact):
        assert re.findall(r"^Contact: (.*)$", client.get(URL).content.decode(), re.MULTILINE) == [shown]


def test_security_txt_is_not_there_without_a_contact(client):
    with override_settings(SECURITY_CONTACT=""):
        assert client.get(URL).status_code == 404


def test_security_txt_always_has_more_than_30_days_and_less_than_a_year():
    day = date(2026, 1, 1)
    while day < date(2028, 12, 31):
        left = security_txt_expires(day) - datetime(day.year, day.month, day.day, tzinfo=UTC)
        assert timedelta(days=30) < left < timedelta(days=365)
        day += timedelta(days=1)
