"""What people are told about what they follow, in their language."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.areas import Message, areas
from portal.following.services.subscribing import confirmation_token

if TYPE_CHECKING:
    from portal.following.models import Follow
    from portal.notifications.models import Notification


def news(notification: "Notification", thing: Any) -> Message | None:
    """Say what is new about a thing, and why the reader is told."""
    facts = notification.facts
    resource = areas.resource_of(type(thing))
    text = _text(facts, {name: str(label) for name, label in resource.details.items()})
    if not text:
        return None
    return Message(
        subject=str(thing),
        text=text,
        reason=_reason(facts.get("follows", [])),
        path=thing.get_absolute_url(),
        link=_("Open “%(title)s”") % {"title": str(thing)},
    )


def _text(facts: dict[str, Any], details: dict[str, str]) -> str:
    """Write what happened; empty for what is not worth a message any more."""
    event = facts.get("event")
    if event == "new":
        return _("New in the portal.")
    if event == "changed":
        names = [details[name] for name in facts.get("names", []) if name in details]
        return _("Changed: %(names)s.") % {"names": get_text_list(names, _("and"))} if names else ""
    deadline = date.fromisoformat(facts["deadline"])
    return _closing(deadline) if event == "closing" else _moved(event, facts.get("old", ""), deadline)


def _moved(event: str | None, old: str, deadline: date) -> str:
    words = {"date": date_format(deadline, "DATE_FORMAT")}
    if event == "reopened":
        return _("Open again: the deadline is now %(date)s.") % words
    if not old:
        return _("There is a deadline now: %(date)s.") % words
    before = {"old": date_format(date.fromisoformat(old), "DATE_FORMAT")}
    return _("The deadline was moved from %(old)s to %(date)s.") % (words | before)


def _closing(deadline: date) -> str:
    days = (deadline - timezone.localdate()).days
    if days < 0:
        return ""
    if days == 0:
        return _("The deadline ends today.")
    left = ngettext(
        "The deadline is %(date)s: one day is left.", "The deadline is %(date)s: %(days)s days are left.", days
    )
    return left % {"date": date_format(deadline, "DATE_FORMAT"), "days": days}


def _reason(follows: list[dict[str, Any]]) -> str:
    searches = [f"„{one['title']}“" for one in follows if one.get("search")]
    if searches:
        titles = get_text_list(searches, _("and"))
        sentence = ngettext(
            "You are told because you saved the search %(titles)s.",
            "You are told because you saved the searches %(titles)s.",
            len(searches),
        )
        return sentence % {"titles": titles}
    return _("You are told because you follow this.")


def confirmation(_notification: "Notification", made: "Follow") -> Message | None:
    """Ask whether an address is meant; nothing where that is answered already."""
    if made.confirmed_at is not None or made.removed_at is not None:
        return None
    return Message(
        subject=_("Please confirm: “%(title)s”") % {"title": made.title},
        text=_(
            "Somebody, probably you, has saved this search in the portal with your address. Mails about it come only "
            "once you confirm it on this page. If it was not you, you need not do anything: after a week it is gone."
        ),
        reason=_("This mail was asked for in the portal."),
        path=reverse("following:confirm", args=[confirmation_token(made)]),
        link=_("Look at it and confirm"),
    )


def samples_of_news() -> Iterator[Message]:
    """Give an example of each kind of news, for the style guide."""
    cases: list[dict[str, Any]] = [
        {"event": "new"},
        {"event": "deadline", "old": "2026-11-30", "deadline": "2027-01-31"},
        {"event": "deadline", "deadline": "2027-01-31"},
        {"event": "reopened", "old": "2026-06-30", "deadline": "2027-03-31"},
        {"event": "closing", "deadline": timezone.localdate().isoformat()},
        {"event": "changed", "names": ["requirements"]},
    ]
    follows = [{"title": _("Cycling in Schleswig-Holstein"), "search": True}]
    for facts in cases:
        yield Message(
            subject=_("Example programme"),
            text=_text(facts, {"requirements": _("legal requirements")}),
            reason=_reason(follows),
            path=reverse("home"),
            link=_("Open “%(title)s”") % {"title": _("Example programme")},
        )


def sample_of_confirmation() -> Iterator[Message]:
    """Give an example of the mail that asks for confirmation, for the style guide."""
    from portal.following.models import Follow  # noqa: PLC0415 - only here, the module is read before the models

    message = confirmation(None, Follow(title=_("Cycling in Schleswig-Holstein")))  # type: ignore[arg-type] # it asks nothing of it
    assert message is not None  # noqa: S101 - it is neither confirmed nor removed
    yield message
