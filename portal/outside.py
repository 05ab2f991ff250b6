"""Which servers of others a reader's browser may ask: none, unless the operator has switched one on.

The policy for content (``SECURE_CSP``) and the privacy page follow from the same settings, so that neither can forget
one.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

TILES = re.compile(r"(?P<origin>https://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?)/[^\s\"'<>;,]+")
"""The address of map tiles: a host without user or placeholder; nothing that ends a policy or an attribute."""


@dataclass(frozen=True, slots=True)
class OutsideHost:
    """A server outside the portal.

    Attributes:
        host: its name.
        purpose: what is fetched from there, in words for readers.
        when: when the browser asks it, in words for readers.
    """

    host: str
    purpose: "StrOrPromise"
    when: "StrOrPromise"


def outside_hosts() -> list[OutsideHost]:
    """Return the servers that the settings name."""
    host = tiles_host(settings.MAP_TILES_URL)
    if not host:
        return []
    return [
        OutsideHost(
            host=host,
            purpose=_("Maps of the surroundings of a municipality; the server learns your IP address and which map."),
            when=_("Only once you ask for the map on the page of a municipality."),
        )
    ]


def tiles_host(url: str) -> str:
    """Return the host of an address of map tiles; empty when it is none that the portal would ask."""
    return _part(url, "host")


def tiles_origin(url: str) -> str:
    """Return scheme, host and port as the policy for content writes them; empty as for ``tiles_host``."""
    return _part(url, "origin")


def _part(url: str, name: str) -> str:
    match = TILES.fullmatch(url)
    placeholders = sorted(re.findall(r"\{([^}]*)\}", url))
    return match[name] if match and placeholders == ["x", "y", "z"] else ""
