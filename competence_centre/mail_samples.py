"""Every mail of notifications, in all its variants, drawn from the kinds' own examples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from portal.areas import Message, NotificationKind, areas
from portal.notifications.letters import Group, Letter, bodies
from portal.notifications.services.writing import MOST_NAMED

MORE = 12
"""So many more than it names the longest example has."""


@dataclass(frozen=True, slots=True)
class MailSample:
    """One mail.

    Attributes:
        key: names it in its address.
        variant: what makes it different from the others.
    """

    key: str
    variant: str
    subject: str
    text: str
    html: str


def mail_samples() -> list[MailSample]:
    """Return one mail for each example of each kind, digests, and the same in English."""
    return [_drawn(key, variant, letter) for key, variant, letter in _letters()]


def _letters() -> Iterator[tuple[str, str, Letter]]:
    everything: list[Message] = []
    for kind in areas.each("notifications"):
        for number, message in enumerate(kind.samples(), 1):
            everything.append(message)
            yield f"{kind.slug}-{number}", f"{kind.label}, {number}", _one(kind, message)
    digest = _digest(_week(len(everything)), everything)
    yield "digest", _("Several at once"), digest
    long = _digest(_week(MOST_NAMED + MORE), everything)
    yield "digest-long", _("More than a mail names"), replace(long, more=MORE, more_url=_page("notifications:inbox"))
    yield "digest-without-account", _("To an address without account"), replace(digest, web_url="")
    with override("en"):
        english = [message for kind in areas.each("notifications") for message in kind.samples()]
        yield "digest-english", "English", replace(_digest(_week(len(english)), english), language="en")


def _week(number: int) -> str:
    text = ngettext("Your week: %(count)s notification", "Your week: %(count)s notifications", number)
    return text % {"count": number}


def _one(kind: NotificationKind, message: Message) -> Letter:
    letter = _digest(message.subject, [message])
    if not kind.is_mandatory:
        return letter
    return replace(letter, choices_url="", stop_url="", why_mandatory=[str(kind.why_mandatory)])


def _digest(subject: str, messages: Sequence[Message]) -> Letter:
    return Letter(
        subject=subject,
        language=settings.LANGUAGE_CODE,
        groups=[Group(title=message.subject, messages=[message]) for message in messages],
        web_url=_page("notifications:inbox"),
        choices_url=_page("notifications:preferences"),
        stop_url=_page("notifications:preferences"),
    )


def _page(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}"


def _drawn(key: str, variant: str, letter: Letter) -> MailSample:
    with override(letter.language):
        text, html = bodies(letter)
    return MailSample(key, variant, letter.subject, text, html)
