"""Asking a web server of others whether an address still leads somewhere: politely, and never anything inside.

What editors write decides which servers are asked, and a server's redirect decides where to go on. So each hop is
checked (ASVS 1.3.6, server-side request forgery): only http and https on their own ports, only addresses of the
public internet, and the connection goes to the very address that was checked, not to what a second look-up might say.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

from django.utils.encoding import iri_to_uri

from portal.content.models import CheckedLink

Problem = CheckedLink.Problem

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
DENIES_PROGRAMS = (401, 403, 429)
"""Somebody is there, and does not answer a program: no failure of the link."""

BUSY = 503

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network
type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Wait = Callable[[str], None]
"""Called with a host's name before each request to it; returns when it may be asked."""

PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Public IPv4 addresses as hosts without IPv4 see them; the last 32 bits are the address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for an address.

    Attributes:
        status: of the last answer; None when there was none.
        problem: what is wrong; None when the address leads somewhere.
        is_busy: the server asks to be left alone for a while.
    """

    status: int | None = None
    problem: "Problem | None" = None
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """Where requests may go. ``networks`` and ``ports`` are allowed besides the public internet and its web ports."""

    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset()

    def admits(self, address: str) -> bool:
        """Tell whether an IP address lies in the public internet."""
        ip: Address = ipaddress.ip_address(address)
        if isinstance(ip, ipaddress.IPv6Address):
            if ip.ipv4_mapped:
                ip = ip.ipv4_mapped
            elif ip in NAT64:
                ip = ipaddress.IPv4Address(ip.packed[-4:])
        is_public = ip.is_global and not ip.is_multicast and not ip.is_reserved
        return is_public or any(ip.version == network.version and ip in network for network in self.networks)

    def admits_port(self, scheme: str, port: int) -> bool:
        """Tell whether web servers of a scheme are asked on a port."""
        return port == PORTS[scheme] or port in self.ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How others' servers are asked.

    Attributes:
        user_agent: who asks, so that a server's operator can turn to us.
        guard: where requests may go.
        timeout: seconds for one answer, from the look-up of the name to the last line of the head.
        pause: seconds between two requests to one host.
        longest: seconds after which nothing more is asked; what is left comes first in the next night.
    """

    user_agent: str
    guard: Guard = field(default_factory=Guard)
    timeout: float = 15.0
    pause: float = 1.0
    longest: float = 3 * 3_600


class Refused(Exception):  # noqa: N818 - as the import's Refused: what happened, not a fault of the program
    """An address leads somewhere that must not be asked, or cannot be understood."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """Host, and the port where it is another than the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def ascii_host(host: str) -> str:
    """Write a host as the name system knows it: ``köln.de`` is ``xn--kln-sna.de``; UnicodeError when it cannot be."""
    return unquote(host).encode("idna").decode("ascii")


def target_of(url: str, guard: Guard) -> Target:
    """Take an address apart.

    Raises:
        Refused: it is no address of the web, carries a user's name, or names a port that no web server should have.
    """
    try:
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        host = ascii_host(parts.hostname or "")
        port = parts.port or PORTS.get(scheme, 0)
    except ValueError as error:  # UnicodeError is one of them
        raise Refused from error
    if scheme not in PORTS or not host or "@" in parts.netloc or not guard.admits_port(scheme, port):
        raise Refused
    path = parts.path or "/"
    return Target(scheme, host, port, iri_to_uri(f"{path}?{parts.query}" if parts.query else path))


PROBLEMS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Problem], ...] = (
    (Refused, Problem.REFUSED),
    (socket.gaierror, Problem.UNKNOWN_HOST),
    (TimeoutError, Problem.SLOW),
    (ssl.SSLCertVerificationError, Problem.CERTIFICATE),
    (Exception, Problem.UNREACHABLE),
)
"""What went wrong, by exception, the narrower before the wider: all but the first are kinds of OSError."""


def ask(url: str, *, manner: Manner, wait: Wait) -> Answer:
    """Find out whether an address leads somewhere, over at most five redirects."""
    for _hop in range(MAX_REDIRECTS + 1):
        try:
            status, headers = _asked(target_of(url, manner.guard), manner, wait)
            location = headers.get("Location")
            if status not in REDIRECTS or not location:
                return _judged(status, headers)
            # http.client reads headers as Latin-1; servers write UTF-8 or ASCII.
            url = urljoin(url, location.encode("latin-1").decode("utf-8", "replace").strip())
        except (Refused, OSError, http.client.HTTPException, ValueError) as error:
            return Answer(problem=next(problem for kinds, problem in PROBLEMS if isinstance(error, kinds)))
    return Answer(problem=Problem.REDIRECTS)


def _judged(status: int, headers: http.client.HTTPMessage) -> Answer:
    """Say what an answer means for the link."""
    is_busy = status == http.HTTPStatus.TOO_MANY_REQUESTS or (status == BUSY and "Retry-After" in headers)
    if status in DENIES_PROGRAMS or is_busy:
        return Answer(status, Problem.DENIED, is_busy)
    return Answer(status, Problem.STATUS if status >= http.HTTPStatus.BAD_REQUEST else None)


def _asked(target: Target, manner: Manner, wait: Wait) -> tuple[int, http.client.HTTPMessage]:
    """Ask for the head alone; where a server refuses that, for the page, of which nothing but the head is read."""
    wait(target.host)
    with suppress(http.client.RemoteDisconnected):
        status, headers = _request("HEAD", target, manner)
        too_many = status == http.HTTPStatus.TOO_MANY_REQUESTS
        if status < http.HTTPStatus.BAD_REQUEST or too_many or "Retry-After" in headers:
            return status, headers
    wait(target.host)
    return _request("GET", target, manner)


def _request(method: str, target: Target, manner: Manner) -> tuple[int, http.client.HTTPMessage]:
    """Send one request to an address that was checked; return status and headers."""
    headers = {"Host": target.host_header, "User-Agent": manner.user_agent, "Accept": "*/*", "Connection": "close"}
    with _connected(target, manner) as stream:
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = stream
        connection.request(method, target.path, headers=headers)
        with connection.getresponse() as response:
            return response.status, response.headers


@contextmanager
def _connected(target: Target, manner: Manner) -> Iterator[socket.socket]:
    """Connect to a server whose address was checked, and cut the line when the time is over.

    A socket's own timeout begins anew with each byte: a server that sends one every few seconds would hold the check
    for ever.

    Raises:
        Refused: one of the name's addresses does not belong to the public internet.
        TimeoutError: the time is over.
    """
    deadline = time.monotonic() + manner.timeout
    with _open(_checked_addresses(target, manner.guard), target.port, deadline) as stream, stream.dup() as line:
        over = threading.Event()

        def cut() -> None:
            over.set()
            with suppress(OSError):  # the server may have closed it already
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(max(deadline - time.monotonic(), 0), cut)
        timer.start()
        try:
            if target.scheme == "https":
                with _tls().wrap_socket(stream, server_hostname=target.host) as secured:
                    yield secured
            else:
                yield stream
        except (OSError, http.client.HTTPException, ValueError) as error:
            if over.is_set():
                raise TimeoutError from error
            raise
        finally:
            timer.cancel()
        if over.is_set():  # what was read until then is no whole answer
            raise TimeoutError


@cache
def _tls() -> ssl.SSLContext:
    """Return how TLS is spoken: certificates are verified against the system's authorities and the server's name."""
    return ssl.create_default_context()


def _checked_addresses(target: Target, guard: Guard) -> list[str]:
    """Look a name up, once.

    Raises:
        Refused: one of its addresses does not belong to the public internet.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(guard.admits(address) for address in addresses):
        raise Refused
    return addresses


def _open(addresses: list[str], port: int, deadline: float) -> socket.socket:
    """Connect to the first of the addresses that answers.

    Raises:
        OSError: none does.
    """
    problem: OSError = TimeoutError()
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as error:
            problem = error
    raise problem
