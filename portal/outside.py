"""Which servers of others a reader's browser may ask: none, unless the operator has switched one on.

The policy for content (``SECURE_CSP``) and the privacy page follow from the same settings, so that neither can forget
one.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    maps = OutsideHost(
        host=tiles_host(settings.MAP_TILES_URL),
        purpose=_("Maps of the surroundings of a municipality; the server learns your IP address and which map."),
        when=_("Only once you ask for the map on the page of a municipality."),
    )
    providers = [
        OutsideHost(
            host=host,
            purpose=_("Signing in with the account that you have there; the server learns that you sign in here."),
            when=_("Only once you choose it on the page for signing in."),
        )
        for origin in provider_origins(settings.OIDC_PROVIDERS)
        if (host := urlsplit(origin).hostname)
    ]
    return [*([maps] if maps.host else []), *providers]


def provider_apps(providers: "Iterable[Mapping[str, Any]]") -> list[dict[str, Any]]:
    """Return the providers of OpenID Connect as allauth wants to be told of them; the argument as below."""
    return [
        {
            "provider_id": provider["id"],
            "name": provider["name"],
            "client_id": provider["client_id"],
            "secret": provider["client_secret"],
            "settings": {
                "server_url": provider["server_url"],
                "confirms_email": provider.get("confirms_email", False),
            },
        }
        for provider in providers
    ]


def provider_origins(providers: "Iterable[Mapping[str, Any]]") -> list[str]:
    """Return where the providers of OpenID Connect sign people in, as the policy for content writes it.

    Args:
        providers: the setting ``OIDC_PROVIDERS``; ``login_url`` names the place where it is not the ``server_url``'s.
    """
    addresses = (urlsplit(provider.get("login_url") or provider["server_url"]) for provider in providers)
    return sorted({f"{address.scheme}://{address.netloc}" for address in addresses if ORIGIN.fullmatch(address.netloc)})


ORIGIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
"""A host and perhaps a port; nothing that ends a policy."""


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
