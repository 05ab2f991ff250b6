"""What tests of signing in share: reading mails, and going through the forms as a browser does."""

import re
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client

from tests.factories.accounts import PASSWORD

SIGN_UP = {"display_name": "Kim Beispiel", "email": "kim@example.org", "password1": PASSWORD}


def link_in_mail(path: str, to: str = "") -> str:
    """Return the newest link that begins with a path, out of a mail to somebody."""
    for message in reversed(mail.outbox):
        if to in {"", *message.to} and (found := re.search(rf"https?://\S*{re.escape(path)}\S*", str(message.body))):
            return urlsplit(found[0]).path
    raise AssertionError([message.body for message in mail.outbox])


def code_in_mail() -> str:
    """Return the code that came by the last mail."""
    (code,) = re.findall(r"^([A-Z0-9]{4,8}(?:-[A-Z0-9]{3,8})?)\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    return code


def confirm(client: Client) -> None:
    """Show that it is still the person herself."""
    assert client.post("/konto/bestaetigen/passwort/", {"password": PASSWORD}).status_code == 302


def sign_in(client: Client, email: str, password: str = PASSWORD):
    """Send the form for signing in."""
    return client.post("/anmelden/", {"login": email, "password": password})
