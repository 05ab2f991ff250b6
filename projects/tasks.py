"""Jobs of the project area. Each may run twice without harm."""

from celery import shared_task

from projects.services import confirming, refreshing, reusing


@shared_task
def ask_whether_still_right() -> None:
    """Ask those who write for an organisation whether its projects are still right. Runs every morning."""
    confirming.ask()


@shared_task
def ask_what_came_of_it() -> None:
    """Ask who has used something again for a year what came of it. Runs every morning."""
    reusing.ask()


@shared_task
def refresh_places() -> None:
    """Say anew where projects are, and in what situation plans are: the register may have changed. Runs every night."""
    refreshing.refresh()
