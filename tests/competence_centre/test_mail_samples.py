"""Every mail is on show in all its variants, as text and as HTML, with the same content."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from competence_centre.mail_samples import mail_samples
from portal.areas import areas

pytestmark = pytest.mark.django_db


def test_every_kind_has_an_example() -> None:
    keys = {sample.key for sample in mail_samples()}
    for kind in areas.each("notifications"):
        assert f"{kind.slug}-1" in keys


def words(text: str) -> list[str]:
    return re.findall(r"\w{4,}", text)


@pytest.mark.parametrize("sample", mail_samples() if areas else [], ids=lambda sample: sample.key)
def test_text_and_html_say_the_same_and_need_nothing_from_elsewhere(sample: Any) -> None:
    shown = strip_tags(re.sub(r"<(title|style).*?</\1>", "", sample.html, flags=re.DOTALL)) + " ".join(
        re.findall(r'href="([^"]+)"', sample.html)
    )
    missing = set(words(sample.text)) - set(words(shown))
    assert missing == set()
    assert not re.search(r"<(img|script|link|iframe)\b", sample.html)
    assert re.search(r'<html lang="(de|en)">', sample.html)
    assert "{" not in sample.text


def test_the_page_is_there_for_demonstrations_and_development_alone(settings: Any) -> None:
    client = Client()
    assert client.get("/styleguide/mails/").status_code == 404
    settings.DEMO = True
    page = client.get("/styleguide/mails/").content.decode()
    for sample in mail_samples():
        assert sample.variant in page.replace("&amp;", "&")
    answer = client.get("/styleguide/mails/digest/")
    assert answer.status_code == 200
    assert "style-src 'unsafe-inline'" in answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert client.get("/styleguide/mails/gibt-es-nicht/").status_code == 404
