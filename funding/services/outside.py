"""Which links stand in funding programmes."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.db import models

from funding.models import Contact, Link, Programme


def outside_links() -> Iterator[tuple[models.Model, str]]:
    """Name the links and the contacts' websites of every programme that readers see, and where it stands in its source.

    A programme that has vanished from its source says so by itself; its old address is not asked for.
    """
    shown = Programme.objects.all().visible_to(AnonymousUser())
    for key, url in shown.filter(absent_since=None).exclude(source_url="").values_list("pk", "source_url"):
        yield Programme(pk=key), url
    for model, field in ((Link, "url"), (Contact, "website")):
        stated = model._default_manager.filter(programme__in=shown.values("pk")).exclude(**{field: ""})
        for key, url in stated.values_list("programme_id", field):
            yield Programme(pk=key), url
