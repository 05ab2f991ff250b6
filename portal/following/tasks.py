"""Jobs of what people follow. Each may run twice without harm."""

from celery import shared_task

from portal.areas import areas
from portal.following.models import Seen
from portal.following.services import noticing, subscribing


@shared_task
def look_at_changes() -> None:
    """Look at what has changed and write down who is to be told. Runs every minute."""
    noticing.look_at_changes()


@shared_task
def tell_of_deadlines() -> None:
    """Tell that deadlines come near. Runs every morning, before the mails of the day are made."""
    noticing.tell_of_deadlines()


@shared_task
def tidy_up() -> None:
    """Forget what was removed or never confirmed, and remember how new kinds of things stand. Runs every night."""
    subscribing.purge()
    for resource in areas.each("resources"):
        if not Seen.objects.filter(resource=resource.slug).exists():
            noticing.remember_all(resource)
