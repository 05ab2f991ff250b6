"""The processes that take part: the production server, the client, and what the machine does besides."""

# ruff: noqa: S603, PLW1509 - starts the portal's own programs; `preexec_fn` is only unsafe where threads run

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Self

import yaml

from benchmarks.client import HOST, Answers, Job
from competence_centre.embedded import ROOT
from competence_centre.processes import die_with_parent, last_lines

COMPOSE = ROOT / "docker-compose.yml"
PORTAL = "competence_centre.wsgi:application"
CONSTANT = "benchmarks.constant:application"
WORKERS = 2
READY_WITHIN = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """The web server of production (its command is read from docker-compose.yml) on a free port of this machine."""

    def __init__(self, application: str, log: Path) -> None:
        """Take which WSGI application to serve, and where its log goes."""
        self.application = application
        self.log = log
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        """The command of production, bound to this machine; its workers are not renewed while we measure."""
        command = [str(part) for part in yaml.safe_load(COMPOSE.read_text())["services"]["web"]["command"]]
        if command[:2] != ["gunicorn", PORTAL]:
            raise RuntimeError(f"{COMPOSE.name}: the web server is not started as expected: {command}")
        own = [f"--workers={WORKERS}", f"--bind={HOST}:{self.port}", "--max-requests=0", "--max-requests-jitter=0"]
        return [sys.executable, "-m", "gunicorn", self.application, *command[2:], *own, "--log-level=warning"]

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        deadline = time.monotonic() + READY_WITHIN
        while len(self.workers()) < WORKERS or not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError(f"{self.application} does not start:\n{last_lines(self.log)}")
            time.sleep(0.2)
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def workers(self) -> list[int]:
        """Return the process numbers of the workers."""
        return _children(self.process.pid) if self.process else []

    def cpu_seconds(self) -> float:
        """Return the seconds of CPU that the workers have used."""
        return sum(_seconds(pid) for pid in self.workers())

    def memory_megabytes(self) -> list[float]:
        """Return each worker's own share of memory (PSS) in MB."""
        return sorted(round(_pss(pid) / 1_000_000, 1) for pid in self.workers())

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), timeout=1):
            return True
        return False


class Client:
    """The client's process."""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.client"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        return self

    def __exit__(self, *_exception: object) -> None:
        self.process.communicate()

    def run(self, job: Job) -> Answers:
        """Have one job done.

        Raises:
            RuntimeError: an answer was not as it has to be; names the path.
        """
        assert self.process.stdin is not None  # noqa: S101 - made with pipes
        assert self.process.stdout is not None  # noqa: S101 - as above
        self.process.stdin.write(json.dumps(asdict(job)) + "\n")
        self.process.stdin.flush()
        result = json.loads(self.process.stdout.readline())
        if "error" in result:
            raise RuntimeError(result["error"])
        return Answers(**result)


class Bustle:
    """How busy other programs keep the machine while we measure."""

    def __init__(self) -> None:
        """Begin."""
        self.began = time.monotonic()
        self.all, self.ours = _busy_seconds(), _our_seconds()

    def percent(self) -> float:
        """Return the share of all cores that programs other than ours have used since the beginning."""
        elapsed = (time.monotonic() - self.began) * (os.cpu_count() or 1)
        others = (_busy_seconds() - self.all) - (_our_seconds() - self.ours)
        return round(max(0.0, others / elapsed * 100), 1)


def _busy_seconds() -> float:
    user, nice, system, _idle, _wait, irq, softirq, steal = (
        int(number) for number in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / TICKS


def _our_seconds() -> float:
    """Return the seconds of CPU of this process and all that it started, those that ended included."""
    return sum(_seconds(pid) for pid in _family(os.getpid()))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in _children(pid):
        yield from _family(child)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # it ended
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def _seconds(pid: int) -> float:
    with contextlib.suppress(OSError):  # it ended
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / TICKS  # utime, stime, cutime, cstime
    return 0.0


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("This kernel does not tell how much memory a process has.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
