"""How often something may be done from one place within an hour; for forms that need no account (ASVS 2.4.1).

What is counted is kept in the cache under a keyed hash for at most an hour: neither an IP address nor an e-mail address
is stored, and none can be read out of it.
"""

import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

HOUR = 3_600  # seconds


def within_limit(what: str, who: str, *, per_hour: int) -> bool:
    """Count one more attempt and tell whether it may go on.

    Args:
        what: the name of what is attempted.
        who: who attempts it: ``reader_of(request)``, an e-mail address.
        per_hour: so many are allowed; the hour begins with the first.
    """
    key = f"throttling:{salted_hmac('portal.throttling', f'{what}:{who}', algorithm='sha256').hexdigest()}"
    cache.add(key, 0, HOUR)
    try:
        return int(cache.incr(key)) <= per_hour
    except ValueError:  # the hour ended between the two statements
        return True


def reader_of(request: HttpRequest) -> str:
    """Name the network that a request comes from: an IPv4 address, or the half of an IPv6 address that a line gets."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:  # then our own proxy wrote down, last, who asked it
        address = request.headers.get("X-Forwarded-For", address).split(",")[-1].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004 - the protocol's number
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
