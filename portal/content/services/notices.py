"""Notices of outages: which are shown now, asked of the cache, because every page asks."""

from django.core.cache import cache
from django.utils import timezone

from portal.content.models import ServiceNotice

CACHED_FOR = 30
"""Seconds after which a new notice stands on every page in processes that share no cache with the one that saved it."""

KEY = "content:service-notices"
MOST_KEPT = 20
"""A page with more notices than this would be nothing but notices."""


def notices_of_now() -> list[ServiceNotice]:
    """Return the notices to be shown now."""
    now = timezone.now()
    kept = cache.get_or_set(KEY, lambda: list(ServiceNotice.objects.not_over()[:MOST_KEPT]), CACHED_FOR)
    return [notice for notice in kept or [] if notice.is_shown_at(now)]


def notices_changed() -> None:
    """Have the next page ask the database again."""
    cache.delete(KEY)
