"""Mails go out where they are handed to the queue, and no test meets the limits that another has used up."""

import pytest
from celery import current_app
from django.core.cache import cache

from portal.accounts.tasks import send_mail
from portal.content.services.notices import KEY


@pytest.fixture(autouse=True)
def _post(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = current_app.send_task

    def deliver(name: str, given: list[str]) -> object:
        return send_mail.run(*given) if name == send_mail.name else queue(name, given)

    monkeypatch.setattr(current_app, "send_task", deliver)


@pytest.fixture(autouse=True)
def _no_limits_used_up(_notices_are_known: None) -> None:
    cache.clear()
    cache.set(KEY, [], None)
