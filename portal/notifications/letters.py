"""The mails: one text and one HTML body of the same content, out of one description of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.policy import Policy, default
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from portal.areas import Message

LONGEST_LINE = 998


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is said about one subject."""

    title: str
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says.

    Attributes:
        groups: notifications by subject.
        more: how many are not named, and are listed in the portal (C-13).
        more_url, web_url, choices_url, stop_url: pages of the portal, whole addresses; empty ones are left out.
    """

    subject: str
    language: str
    paragraphs: Sequence[str] = ()
    groups: Sequence[Group] = ()
    more: int = 0
    more_url: str = ""
    web_url: str = ""
    choices_url: str = ""
    stop_url: str = ""
    why_mandatory: Sequence[str] = field(default_factory=list)


class Mail(EmailMultiAlternatives):
    """A mail whose headers stay in one line.

    Python folds lines of more than 78 characters, and writes the address of a list, which has no blank to fold at, as
    encoded words: then no program can leave the list (RFC 8058). Lines of 998 characters are allowed (RFC 5322, 2.1.1).
    """

    def message(self, *, policy: "Policy[Any] | None" = None) -> Any:
        """Write it with long lines."""
        return super().message(policy=(policy or default).clone(max_line_length=LONGEST_LINE))


def bodies(letter: Letter) -> tuple[str, str]:
    """Return a letter as text and as HTML; the language must be active."""
    context = {
        "letter": letter,
        "subject": letter.subject,
        "language": letter.language,
        "site_url": settings.SITE_URL,
        "operator_name": settings.OPERATOR_NAME,
        "operator_email": settings.OPERATOR_EMAIL,
    }
    text = render_to_string("notifications/mail/letter.txt", context)
    return text, render_to_string("notifications/mail/letter.html", context)


def compose(letter: Letter, to: str, *, message_id: str = "") -> Mail:
    """Make a mail of a letter, with all that mail programs and mail servers want to know.

    The headers: programs that answer by themselves leave it alone (RFC 3834); one click leaves the list (RFC 8058);
    the identifier is that of the delivery, so that a mail that is sent again is known to be the same.
    """
    text, html = bodies(letter)
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": letter.language,
    }
    if letter.stop_url:
        headers |= {
            "List-Unsubscribe": f"<{letter.stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    if message_id:
        headers["Message-ID"] = f"<{message_id}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"
    mail = Mail(" ".join(letter.subject.split()), text, to=[to], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail
