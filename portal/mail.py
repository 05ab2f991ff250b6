"""Where mails go: to a server, or into files where the portal is tried out. Read by the settings."""

from pathlib import Path
from typing import Any

import environ

TIMEOUT = 20
"""Seconds after which a mail server that says nothing is given up; the mail is tried again later."""


def mailer(url: str, *, files: Path | None = None) -> dict[str, Any]:
    """Return the entry of Django's ``MAILERS`` for a mail server.

    Args:
        url: ``smtp://``, ``smtp+tls://`` (STARTTLS) or ``smtp+ssl://``, with ``user:password@`` where the server asks
            for it, its name and its port. Empty: no server is known.
        files: the folder for mails where no server is known; None sends them to port 25 of this machine.

    Raises:
        ImproperlyConfigured: the address is none of a mail server.
    """
    if not url and files is not None:
        return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": str(files)}}
    server = environ.Env.email_url_config(url or "smtp://localhost:25")
    options = {
        "host": server["EMAIL_HOST"],
        "port": server["EMAIL_PORT"],
        "username": server["EMAIL_HOST_USER"],
        "password": server["EMAIL_HOST_PASSWORD"],
        "use_tls": server.get("EMAIL_USE_TLS"),
        "use_ssl": server.get("EMAIL_USE_SSL"),
        "timeout": TIMEOUT,
    }
    given = {name: value for name, value in options.items() if value}
    return {"BACKEND": server["EMAIL_BACKEND"], "OPTIONS": given}
