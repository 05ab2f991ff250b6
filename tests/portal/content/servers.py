"""Web servers of others, for real: on addresses of the loopback network, each answering as a test says."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

from portal.content.services.asking import Guard, Manner

type Answers = Callable[[http.server.BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """A running server and what it was asked."""

    address: str
    port: int
    requests: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return f"http://{self.address}:{self.port}{path}"


@contextmanager
def serving(answers: Answers, address: str = "127.0.0.1") -> Iterator[Server]:
    """Start a server that hands each request, HEAD or GET, to ``answers``."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            server.requests.append((self.command, self.path))
            server.headers.append(dict(self.headers))
            answers(self)

        do_GET = do_HEAD  # noqa: N815 - the library's name

        def log_message(self, *args: object) -> None:
            pass

    class Quiet(http.server.ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            pass  # the other side may hang up

    running = Quiet((address, 0), Handler)
    server = Server(address, running.server_port)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def status(code: int, **headers: str) -> Answers:
    """Answer each request with one status."""

    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()

    return answer


def manner(*servers: Server, timeout: float = 5, pause: float = 0, longest: float = 60) -> Manner:
    """Allow these servers' addresses and ports, and nothing else that is not public."""
    guard = Guard(
        networks=tuple(ip_network(f"{server.address}/32") for server in servers),
        ports=frozenset(server.port for server in servers),
    )
    return Manner(user_agent="test", guard=guard, timeout=timeout, pause=pause, longest=longest)
