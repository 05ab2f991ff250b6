"""`make run`: the whole portal on one machine, for demonstration and development.

Starts the database, prepares it, starts web server, worker and timetable, watches them and stops them all
together. Nothing is restarted silently: if one dies, it is named with the end of its log, and all stop.

This is a program of its own and no management command, because it decides the environment (the database's
address, the secret key) before Django reads its settings. Production does not use it: see docs/operations.md.
"""

# ruff: noqa: PLC0415 - Django is imported only after the environment that its settings read is complete
# ruff: noqa: T201 - talks to the person at the terminal
# ruff: noqa: S603, PLW1509 - starts the portal's own programs; `preexec_fn` is only unsafe where threads run

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from competence_centre.embedded import (
    ROOT,
    EmbeddedPostgres,
    EmbeddedPostgresError,
)
from competence_centre.preparation import Address, StartError, decide_environment, only_once, prepare, tell_database
from competence_centre.processes import die_with_parent, last_lines, stop_when_parent_dies

WORKERS, THREADS = 2, 4
READY_WITHIN = 90  # seconds
STOP_WITHIN = 4  # seconds for each of: the services, the database

_started = time.monotonic() - float(os.environ.get("BOOTSTRAP_SECONDS", "0"))


class Stop(BaseException):
    """Somebody asked us to stop; a BaseException so that no `except Exception` on the way swallows it."""


def say(text: str) -> None:
    """Tell how far we are, with the seconds since `make`."""
    print(f"[{time.monotonic() - _started:5.1f} s] {text}", flush=True)


# --- programs ---


@dataclass
class Program:
    """One program of the portal, in a session of its own so that a Ctrl-C reaches us alone."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    shown: int = field(default=0, init=False)  # bytes of the log that were shown already

    def start(self) -> int:
        """Start it with a new log and return its process number; the kernel ends it should we die."""
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        return self.process.pid

    def check(self) -> None:
        """Complain if it is gone.

        Raises:
            StartError: with its exit code and the end of its log.
        """
        if self.process is not None and (code := self.process.poll()) is not None:
            raise StartError(f"“{self.name}” ended (exit {code}). The end of {self.log}:\n{last_lines(self.log)}")

    def ask_to_stop(self) -> None:
        """Send it SIGTERM; web server and worker finish what they are at."""
        if self.process is not None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait for its end, but no longer than `seconds`."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, seconds))

    def kill(self) -> None:
        """Kill what is left of it and of all it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def show_new_lines(self) -> None:
        """Print what it has written to its log since the last time."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(self.shown)
            new = log.read()
            complete = new[: new.rfind(b"\n") + 1]
            self.shown += len(complete)
            for line in complete.decode(errors="replace").splitlines():
                print(f"{self.name} | {line}", flush=True)


def programs(address: Address, var: Path) -> list[Program]:
    """Return the programs in the order in which they start."""
    logs, schedule = var / "log", var / "beat" / "schedule"
    for folder in (logs, schedule.parent):
        folder.mkdir(exist_ok=True)
    gunicorn = (
        f"gunicorn competence_centre.wsgi:application --bind {address.bind} --worker-class gthread"
        f" --workers {WORKERS} --threads {THREADS} --graceful-timeout 3 --log-level warning"
        " --no-control-socket"
    )
    celery = "celery --app competence_centre"
    worker = f"{celery} worker --concurrency 1 --loglevel INFO --without-gossip --without-mingle"
    beat = f"{celery} beat --loglevel INFO --pidfile= --schedule"
    python = [sys.executable, "-m"]
    return [
        Program("web", [*python, *gunicorn.split()], logs / "web.log"),
        Program("worker", [*python, *worker.split()], logs / "worker.log"),
        Program("beat", [*python, *beat.split(), str(schedule)], logs / "beat.log"),
    ]


class Watchdog:
    """The helper that ends our children if we are killed; see `competence_centre.watchdog`."""

    def __init__(self, lock: IO[str]) -> None:
        """Start it; it inherits `lock` and so holds it until everything is gone."""
        reading, self._writing = os.pipe()
        program = Path(__file__).with_name("watchdog.py")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(program)],
            stdin=reading,
            start_new_session=True,
            pass_fds=[lock.fileno()],
            cwd="/",
        )
        os.close(reading)

    def watch(self, pid: int | None) -> None:
        """Make it end the process group `pid` should we be killed."""
        os.write(self._writing, f"{pid}\n".encode())

    def dismiss(self) -> None:
        """Let it see that nothing is left, and go."""
        os.close(self._writing)
        self._process.wait()


@contextlib.contextmanager
def running(all_programs: list[Program], watchdog: Watchdog) -> Iterator[None]:
    """Start the programs; on leaving, ask all of them to stop at once, and kill who does not."""
    try:
        for program in all_programs:
            watchdog.watch(program.start())
        yield
    finally:
        say("Stopping")
        for program in all_programs:
            program.ask_to_stop()
        deadline = time.monotonic() + STOP_WITHIN
        for program in all_programs:
            program.wait(deadline - time.monotonic())
        for program in all_programs:
            program.kill()


def wait_until_ready(address: Address, check: Callable[[], None]) -> None:
    """Return once `/readyz` says so; `check` is called meanwhile.

    Raises:
        StartError: when it takes longer than `READY_WITHIN` seconds.
    """
    answer = "no answer"
    deadline = time.monotonic() + READY_WITHIN
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine: never through a proxy
    while time.monotonic() < deadline:
        check()
        try:
            with opener.open(f"{address.url}/readyz", timeout=5):
                return
        except urllib.error.HTTPError as error:
            answer = f"{error.code}: {error.read().decode(errors='replace')}"
        except OSError as error:
            answer = str(error)
        time.sleep(0.2)
    raise StartError(f"The portal was not ready within {READY_WITHIN} seconds. {address.url}/readyz: {answer}")


# --- the whole ---


def welcome(address: Address) -> None:
    """Print what one needs to know to begin."""
    from django.conf import settings
    from django.utils.translation import override

    say(f"Ready: {address.url}/")
    if address.everywhere:
        print("Reachable from other machines, without TLS: for demonstration only.")
    if settings.DEMO:
        from portal.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD

        print(f"Demonstration accounts, all with the password {DEMO_PASSWORD}:")
        with override("en"):  # as everything else in the terminal
            for account in DEMO_ACCOUNTS:
                print(f"  {account.email:30} {account.purpose}")
        print("Some of the municipalities are loaded. All: manage.py import_municipalities (see README.md).")
    print(f"Ctrl-C stops everything. Logs: {settings.VAR_DIR / 'log'}", flush=True)


def run() -> None:
    """Run the portal until somebody stops it.

    Raises:
        StartError: when it cannot start or one of its programs ends.
    """
    parent = os.getppid()
    address = Address.from_environment()
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    var.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(only_once(var, address, say))
        address.check_free()
        decide_environment(address, var)
        watchdog = Watchdog(lock)
        stack.callback(watchdog.dismiss)
        database = None
        if not os.environ.get("DATABASE_URL"):
            say("Starting the database")
            database = EmbeddedPostgres(var / "postgres", announce=say)
            stack.callback(database.stop, timeout=STOP_WITHIN)
            database.start()
            watchdog.watch(database.pid)
            database.ensure_database()
            os.environ["DATABASE_URL"] = database.url()
        tell_database(var)
        prepare(var, say)
        all_programs = programs(address, var)

        def check() -> None:
            if database is not None:
                database.check()
            for program in all_programs:
                program.check()

        say("Starting web server, worker and timetable")
        stack.enter_context(running(all_programs, watchdog))
        wait_until_ready(address, check)
        welcome(address)
        while os.getppid() == parent:
            check()
            all_programs[0].show_new_lines()
            time.sleep(0.5)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # we are stopping: a second Ctrl-C must not leave half of it behind
    raise Stop


def main() -> int:
    """Run the portal; return the exit code: 0 after a stop that was asked for, else 1 with the reason."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    stop_when_parent_dies()
    try:
        run()
    except Stop:
        return 0
    except (StartError, EmbeddedPostgresError) as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
