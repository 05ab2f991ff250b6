"""The client: a process of its own that asks a server over kept-alive connections and takes the time of each answer.

`python -m benchmarks.client` reads one job a line from its input and writes one result a line, both JSON. It is written
on bare sockets, because every microsecond it spends itself would be measured as the server's.
"""

import contextlib
import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle

HOST = "127.0.0.1"
PATIENCE = 120.0
"""Seconds after which an answer is given up."""

FACTOR = 20
"""A job ends after this many times its seconds, even if `least` answers are not there."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to ask: ``paths`` one after the other, again and again, over ``connections`` at once.

    It lasts ``seconds``, and longer until there are ``least`` answers.
    """

    port: int
    paths: list[str]
    connections: int
    seconds: float
    least: int


@dataclass(slots=True)
class Answers:
    """What came back: milliseconds and bytes on the wire of each answer, and the seconds of the whole."""

    milliseconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    seconds: float = 0.0


class Connection:
    """One kept-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        """Connect."""
        self.port = port
        self.path = ""
        self.received = bytearray()
        self.expected = 0  # bytes of the whole answer, once its head is read
        self.began = 0.0
        self.socket = socket.create_connection((HOST, self.port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, path: str) -> None:
        """Send a request."""
        self.path = path
        self.received = bytearray()
        self.expected = 0
        request = (
            f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n"
            "Accept: */*\r\nAccept-Encoding: gzip\r\nUser-Agent: benchmark\r\n\r\n"
        ).encode("ascii")
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has arrived; tell whether the answer is complete.

        Raises:
            RuntimeError: the answer is not a whole one with status 200.
        """
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise RuntimeError(f"{self.path}: the server closed the connection in the middle of an answer")
        self.received += chunk
        if not self.expected and (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.received[:end])
            if not head.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(f"{self.path}: {head.splitlines()[0].decode('latin-1')}")
            lengths = [
                line.partition(b":")[2] for line in head.splitlines() if line.lower().startswith(b"content-length:")
            ]
            if len(lengths) != 1:
                raise RuntimeError(f"{self.path}: the answer does not tell its length")
            self.expected = end + 4 + int(lengths[0])
        return bool(self.expected) and len(self.received) >= self.expected


def run(job: Job) -> Answers:
    """Do one job."""
    answers = Answers()
    paths = cycle(job.paths)
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as at_the_end:
        for _ in range(job.connections):
            connection = Connection(job.port)
            at_the_end.callback(connection.socket.close)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(next(paths))
        for connection in _complete(selector):
            now = time.perf_counter()
            answers.milliseconds.append((now - connection.began) * 1000)
            answers.sizes.append(len(connection.received))
            answers.seconds = now - began
            enough = answers.seconds >= job.seconds and len(answers.milliseconds) >= job.least
            if enough or answers.seconds >= job.seconds * FACTOR:
                break
            connection.ask(next(paths))
    return answers


def _complete(selector: selectors.BaseSelector) -> Iterator[Connection]:
    """Yield each connection whose answer is complete, as it happens."""
    while True:
        ready = selector.select(PATIENCE)
        if not ready:
            raise RuntimeError(f"No answer within {PATIENCE:.0f} seconds")
        for key, _events in ready:
            if key.data.receive():
                yield key.data


def main() -> None:
    """Do the jobs that come in, until there are no more."""
    for line in sys.stdin:
        try:
            result = asdict(run(Job(**json.loads(line))))
        except (OSError, RuntimeError) as error:
            result = {"error": str(error)}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
