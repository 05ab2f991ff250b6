"""Kinds of notifications that the tests tell of: about a funding programme, which not everybody may see."""

from portal.areas import Area, Message, NotificationKind, areas

OPTIONAL, WEEKLY, MANDATORY = "test-optional", "test-weekly", "test-mandatory"


def message(notification, thing):
    return Message(
        subject=f"Über {thing or 'nichts'}",
        text=f"Es ist geschehen: {notification.dedupe_key} <b>&</b>",
        reason="Weil Sie danach gefragt haben.",
        path="/foerderung/",
        link="Weiterlesen",
    )


def declare():
    """Register the kinds once for this process."""
    if "test-notifications" not in {area.slug for area in areas}:
        kinds = [(OPTIONAL, "now", ""), (WEEKLY, "weekly", ""), (MANDATORY, "now", "Weil ein Recht daran hängt.")]
        areas.register(
            Area(
                slug="test-notifications",
                label="Test",
                summary="Test",
                order=9_999,
                notifications=tuple(
                    NotificationKind(
                        slug=slug,
                        label=slug,
                        description="Nur im Test",
                        message=message,
                        samples=list,
                        rhythm=rhythm,
                        why_mandatory=why,
                    )
                    for slug, rhythm, why in kinds
                ),
            )
        )


def withdraw():
    """Take them out of the registry again: other tests walk over it."""
    areas._areas.pop("test-notifications", None)
