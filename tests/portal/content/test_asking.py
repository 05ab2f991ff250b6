"""Whether an address leads somewhere, asked of real servers; and what is never asked (ASVS 1.3.6)."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from portal.content.models import CheckedLink
from portal.content.services.asking import Answer, Guard, Manner, Refused, Target, ask, target_of
from portal.content.services.hosts import ask_all
from tests.portal.content.servers import manner, serving, status

Problem = CheckedLink.Problem


def asked(url: str, how: Manner) -> Answer:
    return ask(url, manner=how, wait=lambda _host: None)


@contextmanager
def speaking(speak: Any) -> Iterator[int]:
    """Start a server that says whatever ``speak`` says to each connection; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stopping = threading.Event()

        def accept() -> None:
            listening.settimeout(0.05)
            while not stopping.is_set():
                try:
                    connection, _address = listening.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(5)
                    with suppress(OSError):
                        speak(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stopping.set()
            thread.join()


def loopback(port: int, timeout: float = 5) -> Manner:
    from ipaddress import ip_network

    guard = Guard(networks=(ip_network("127.0.0.1/32"),), ports=frozenset({port}))
    return Manner(user_agent="test", guard=guard, timeout=timeout)


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        ("93.184.215.14", True),
        ("2a00:1450:4001:830::200e", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound to it
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d70e", True),
    ],
)
def test_only_addresses_of_the_public_internet_are_admitted(address: str, admitted: bool) -> None:
    assert Guard().admits(address) is admitted


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "//example.org/",
        "http://",
        "http:///x",
        "http://user@example.org/",
        "http://user:word@example.org/",
        "http://example.org:22/",
        "http://example.org:443/",
        "https://example.org:80/",
        "https://example.org:8443/",
        "http://example.org:99999/",
        "http://[::1/",
        "http://exa..mple.org/",
        f"http://{'a' * 64}.de/",
        "",
    ],
)
def test_what_is_no_address_of_a_web_server_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        target_of(url, Guard())
    assert asked(url, Manner(user_agent="test")) == Answer(problem=Problem.REFUSED)


def test_an_address_is_written_as_servers_expect_it() -> None:
    assert target_of("https://köln.de/rat haus/ä?q=ü#teil", Guard()) == Target(
        "https", "xn--kln-sna.de", 443, "/rat%20haus/%C3%A4?q=%C3%BC"
    )
    assert target_of("HTTP://Example.org", Guard()).host_header == "example.org"
    assert target_of("http://[2a00:1450::1]:80/", Guard()).host_header == "[2a00:1450::1]"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://[::ffff:127.0.0.1]/"],
)
def test_the_own_machine_is_never_asked_by_whatever_name(url: str) -> None:
    assert asked(url, Manner(user_agent="test")) == Answer(problem=Problem.REFUSED)


def test_a_page_that_is_there_is_asked_for_its_head_alone() -> None:
    with serving(status(200)) as server:
        assert asked(server.url("/seite?a=1#teil"), manner(server)) == Answer(200)
    assert server.requests == [("HEAD", "/seite?a=1")]
    assert server.headers[0]["User-Agent"] == "test"
    assert server.headers[0]["Host"] == f"127.0.0.1:{server.port}"


def test_where_the_head_is_refused_the_page_is_asked_for_and_not_read() -> None:
    sent = []

    def answer(request: Any) -> None:
        if request.command == "HEAD":
            return status(405)(request)
        request.send_response(200)
        request.end_headers()
        try:
            for _block in range(10_000):
                request.wfile.write(b"x" * 65_536)
                sent.append(1)
        except OSError:
            sent.append("hung up")

    with serving(answer) as server:
        assert asked(server.url(), manner(server)) == Answer(200)
    assert server.requests == [("HEAD", "/"), ("GET", "/")]
    assert sent[-1] == "hung up"


def test_a_server_that_hangs_up_on_the_head_is_asked_for_the_page() -> None:
    def answer(request: Any) -> None:
        if request.command == "HEAD":
            request.connection.shutdown(socket.SHUT_RDWR)
        else:
            status(200)(request)

    with serving(answer) as server:
        assert asked(server.url(), manner(server)) == Answer(200)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (status(404), Answer(404, Problem.STATUS)),
        (status(410), Answer(410, Problem.STATUS)),
        (status(500), Answer(500, Problem.STATUS)),
        (status(503), Answer(503, Problem.STATUS)),
        (status(401), Answer(401, Problem.DENIED)),
        (status(403), Answer(403, Problem.DENIED)),
        (status(429), Answer(429, Problem.DENIED, is_busy=True)),
        (status(503, Retry_After="120"), Answer(503, Problem.DENIED, is_busy=True)),
        (status(304), Answer(304)),
        (status(302), Answer(302)),
    ],
)
def test_an_answer_is_judged(answers: Any, expected: Answer) -> None:
    with serving(answers) as server:
        assert asked(server.url(), manner(server)) == expected


def test_redirects_are_followed_also_to_another_server() -> None:
    with serving(status(200), "127.0.0.2") as other:

        def answer(request: Any) -> None:
            where = {"/a": "b", "/b": "/c ä", "/c%20%C3%A4": other.url("/d")}
            location = where[request.path].encode().decode("latin-1")
            status(302, Location=location)(request)

        with serving(answer) as server:
            assert asked(server.url("/a"), manner(server, other)) == Answer(200)
    assert [path for _method, path in (*server.requests, *other.requests)] == ["/a", "/b", "/c%20%C3%A4", "/d"]


def test_a_redirect_to_the_inside_is_refused_before_it_is_asked() -> None:
    with (
        serving(status(200), "127.0.0.1") as inside,
        serving(status(302, Location=inside.url()), "127.0.0.2") as server,
    ):
        # It could be reached: where it is allowed, it answers.
        assert asked(server.url(), manner(server, inside)) == Answer(200)
        assert len(inside.requests) == 1
        only_the_first = Guard(networks=manner(server).guard.networks, ports=frozenset({server.port, inside.port}))
        how = Manner(user_agent="test", guard=only_the_first)
        assert asked(server.url(), how) == Answer(problem=Problem.REFUSED)
        assert len(inside.requests) == 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://127.0.0.1:22/", "ftp://127.0.0.1/", "http://["])
def test_a_redirect_to_what_is_no_web_server_is_refused(location: str) -> None:
    with serving(status(302, Location=location)) as server:
        assert asked(server.url(), manner(server)).problem in {Problem.REFUSED, Problem.UNREACHABLE}


def test_redirects_without_end_are_given_up() -> None:
    with serving(status(301, Location="/weiter")) as server:
        assert asked(server.url(), manner(server)) == Answer(problem=Problem.REDIRECTS)
    assert len(server.requests) == 6


def test_the_very_address_that_was_checked_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a name that leads to another address at the second look-up."""
    lookups = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host != "wechselnd.example":
            return real(host, port, *args, **kwargs)
        lookups.append(host)
        return real("127.0.0.2" if len(lookups) == 1 else "127.0.0.1", port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with serving(status(200), "127.0.0.2") as server:
        assert asked(f"http://wechselnd.example:{server.port}/", manner(server)) == Answer(200)
        assert lookups == ["wechselnd.example"]
        assert server.headers[0]["Host"] == f"wechselnd.example:{server.port}"


def test_a_name_of_which_one_address_lies_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: both)
    assert asked("http://gemischt.example/", Manner(user_agent="test")) == Answer(problem=Problem.REFUSED)


def test_a_name_that_nobody_has_is_told_apart_from_a_silent_server() -> None:
    assert asked("http://gibt-es-nicht.invalid/", Manner(user_agent="test")) == Answer(problem=Problem.UNKNOWN_HOST)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert asked(f"http://127.0.0.1:{port}/", loopback(port)) == Answer(problem=Problem.UNREACHABLE)


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with speaking(lambda connection: connection.recv(65_536) and connection.recv(1)) as port:
        started = time.monotonic()
        assert asked(f"http://127.0.0.1:{port}/", loopback(port, 0.3)) == Answer(problem=Problem.SLOW)
        assert time.monotonic() - started < 2


def test_a_server_that_sends_a_little_again_and_again_is_given_up_in_time() -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _second in range(100):
            time.sleep(0.05)
            connection.sendall(b"X-More: x\r\n")

    with speaking(drip) as port:
        started = time.monotonic()
        assert asked(f"http://127.0.0.1:{port}/", loopback(port, 0.4)) == Answer(problem=Problem.SLOW)
        assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\xff" * 200,
        b"HTTP/1.1 999999 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a" * 70_000,
    ],
)
def test_what_is_no_answer_of_a_web_server_is_a_problem(bytes_sent: bytes) -> None:
    def speak(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(bytes_sent)

    with speaking(speak) as port:
        assert asked(f"http://127.0.0.1:{port}/", loopback(port)) == Answer(problem=Problem.UNREACHABLE)


def test_a_certificate_that_nobody_vouches_for_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def speak(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65_536)
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with speaking(speak) as port:
        url = f"https://127.0.0.1:{port}/"
        assert asked(url, loopback(port)) == Answer(problem=Problem.CERTIFICATE)
        # With somebody who vouches for it the same server answers; under another name it does not.
        from portal.content.services import asking

        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(asking, "_tls", lambda: trusting)
        assert asked(url, loopback(port)) == Answer(200)
        assert asked(f"https://localhost:{port}/", manner_of_localhost(port)) == Answer(problem=Problem.CERTIFICATE)


def manner_of_localhost(port: int) -> Manner:
    from ipaddress import ip_network

    networks = (ip_network("127.0.0.1/32"), ip_network("::1/128"))
    return Manner(user_agent="test", guard=Guard(networks=networks, ports=frozenset({port})))


def test_a_host_is_not_hurried() -> None:
    def answer(request: Any) -> None:
        status(405 if request.command == "HEAD" else 200)(request)

    with serving(answer) as server:
        started = time.monotonic()
        answers = dict(ask_all([server.url(f"/{n}") for n in range(3)], manner(server, pause=0.1)))
        lasted = time.monotonic() - started
    assert answers == {server.url(f"/{n}"): Answer(200) for n in range(3)}
    assert len(server.requests) == 6
    assert lasted >= 0.5, "between six requests lie five pauses"


def test_several_hosts_are_asked_at_once() -> None:
    meeting = threading.Barrier(2, timeout=5)

    def answer(request: Any) -> None:
        meeting.wait()  # each waits until the other one is asked as well
        status(200)(request)

    with serving(answer, "127.0.0.2") as one, serving(answer, "127.0.0.3") as other:
        answers = dict(ask_all([one.url(), other.url()], manner(one, other, pause=60)))
    assert answers == {one.url(): Answer(200), other.url(): Answer(200)}


def test_a_server_that_asks_to_be_left_alone_is_left_alone() -> None:
    with serving(status(429)) as server:
        answers = dict(ask_all([server.url("/1"), server.url("/2")], manner(server)))
    assert answers == {server.url("/1"): Answer(429, Problem.DENIED, is_busy=True)}
    assert len(server.requests) == 1


def test_a_run_ends_in_time() -> None:
    with serving(status(200)) as server:
        assert list(ask_all([server.url()], manner(server, longest=-1))) == []
    assert server.requests == []
