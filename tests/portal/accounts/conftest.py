"""Mails go out where they are handed to the queue, and no test meets the limits that another has used up."""

import pytest
from django.core.cache import cache

from portal.accounts import tasks
from portal.content.services.notices import KEY


@pytest.fixture(autouse=True)
def _post(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.send_mail, "delay", tasks.send_mail.run)


@pytest.fixture(autouse=True)
def _no_limits_used_up(_notices_are_known: None) -> None:
    cache.clear()
    cache.set(KEY, [], None)
