"""`make run`: the whole portal on one machine, for demonstration and development.

Starts the database, prepares it, starts web server, worker and timetable, watches them and stops them all together.
Nothing is restarted silently: if one dies, it is named with the end of its log, and everything stops.

This is a program of its own and no management command, because it decides the environment (the database's address,
the secret key) before Django reads its settings. Production does not use it: see docs/operations.md.
"""

import contextlib
import fcntl
import hashlib
import ipaddress
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from competence_centre.embedded import (
    ROOT,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    die_with_parent,
    last_lines,
    stop_when_parent_dies,
)

WORKERS, THREADS = 2, 4
READY_WITHIN = 90  # seconds
STOP_WITHIN = 4  # seconds for each of: the services, the database

_started = time.monotonic() - float(os.environ.get("BOOTSTRAP_SECONDS", "0"))


class Stop(BaseException):
    """Somebody asked us to stop; a BaseException so that no `except Exception` on the way swallows it."""


class StartError(Exception):
    """The portal cannot start or go on; the text says why and what helps."""


def say(text: str) -> None:
    """Tell how far we are, with the seconds since `make`."""
    print(f"[{time.monotonic() - _started:5.1f} s] {text}", flush=True)


# --- where it runs -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    """The address the web server listens on."""

    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Address":
        """Read `HOST` and `PORT`.

        :raises StartError: when `PORT` is no port.
        """
        host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise StartError(f"PORT has to be a number from 1 to 65535, not “{port}”.")
        return cls(host.strip("[]"), int(port))

    @property
    def everywhere(self) -> bool:
        """Whether it listens on every network interface."""
        return self.host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound

    @property
    def bind(self) -> str:
        """The address as gunicorn takes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        if self.everywhere:
            return f"http://127.0.0.1:{self.port}"
        return f"http://{self.bind}"

    def check_free(self) -> None:
        """Find out whether we could listen there.

        :raises StartError: with the reason and what to do.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.host, self.port))
        except PermissionError as error:
            raise StartError(
                f"Port {self.port} is reserved for the system. Choose one from 1024 on: make run PORT=8000"
            ) from error
        except socket.gaierror as error:
            raise StartError(f"HOST “{self.host}” is not known ({error.strerror}).") from error
        except OSError as error:
            if error.errno == 98:  # EADDRINUSE
                raise StartError(
                    f"Port {self.port} on {self.host} is taken by another program. Choose another port: "
                    f"make run PORT={self.port + 1 if self.port < 65535 else 8000}"
                ) from error
            raise StartError(f"{self.bind} cannot be listened on ({error.strerror}).") from error


@contextlib.contextmanager
def only_once(var: Path, address: Address) -> Iterator[IO[str]]:
    """Hold the lock of this checkout's `var` folder, so that one portal runs on it at a time.

    :raises StartError: when another one runs; after a crash, once its last process has taken too long to go.
    """
    with (var / "run.lock").open("a+") as lock:
        deadline = time.monotonic() + 12
        waiting = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                lock.seek(0)
                with contextlib.suppress(ValueError, KeyError):
                    owner = json.loads(lock.read())
                    if Path(f"/proc/{owner['process']}").exists() or time.monotonic() > deadline:
                        raise StartError(
                            f"The portal already runs from this checkout: {owner['url']} (process "
                            f"{owner['process']}). Stop it there with Ctrl-C before you start it again."
                        ) from error
                if not waiting:
                    say("The last processes of the previous run are still stopping; waiting for them")
                    waiting = True
                time.sleep(0.2)
        lock.seek(0)
        lock.truncate()
        json.dump({"process": os.getpid(), "url": address.url}, lock)
        lock.flush()
        yield lock


def decide_environment(address: Address, var: Path) -> None:
    """Set what the settings read and nobody has set: fit for a demonstration on this machine, without TLS."""
    secret = var / "secret-key"
    if "SECRET_KEY" not in os.environ and not secret.exists():
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    hosts = {"localhost", "127.0.0.1", "[::1]", f"[{address.host}]" if ":" in address.host else address.host}
    defaults = {
        "DJANGO_SETTINGS_MODULE": "competence_centre.settings",
        "VAR_DIR": str(var),
        "DEMO": "on",
        "SECURE_TLS": "off",
        "ALLOWED_HOSTS": "*" if address.everywhere else ",".join(sorted(hosts)),
    }
    if "SECRET_KEY" not in os.environ:
        os.environ["SECRET_KEY"] = secret.read_text()
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


# --- preparation, in this very process: starting Django anew for each step would cost seconds ---------------------


def prepare(var: Path) -> None:
    """Bring database, messages, static files and demonstration data up to date."""
    stamp, inputs = var / "static.stamp", _fingerprint_of_static_files()
    static_is_current = (
        stamp.exists() and stamp.read_text() == inputs and (var / "static" / "staticfiles.json").exists()
    )
    if not static_is_current:
        stamp.unlink(missing_ok=True)
        say("Making the front-end files from the npm packages")
        _run_script(ROOT / "scripts" / "assets.py")

    # Only now: the settings look whether the front-end files are there.
    import django
    from django.core.management import call_command
    from django.db import connection, connections
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    call_command("compile_catalogues", verbosity=0)
    if not static_is_current:
        say("Collecting the static files")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(inputs)
    executor = MigrationExecutor(connection)
    if steps := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
        say(f"Bringing the database up to date ({steps} migrations)")
        call_command("migrate", interactive=False, verbosity=0)
    from django.conf import settings

    if settings.DEMO:
        say("Loading the demonstration data (what is there already stays)")
        call_command("demo", verbosity=0)
    connections.close_all()


def _fingerprint_of_static_files() -> str:
    """Return a hash over everything the collected static files are made of."""
    state = hashlib.sha256(sys.version.encode())
    paths = [ROOT / "package-lock.json", ROOT / "scripts" / "assets.py", ROOT / "requirements" / "production.txt"]
    paths += sorted(ROOT.glob("static/**/*"))
    for path in paths:
        if path.is_file():
            state.update(f"{path.relative_to(ROOT)}\n".encode())
            state.update(path.read_bytes())
    return state.hexdigest()


def _run_script(script: Path) -> None:
    done = subprocess.run(
        [sys.executable, script], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        raise StartError(f"{script.name} failed:\n{(done.stdout + done.stderr).strip()}")


# --- services ------------------------------------------------------------------------------------------------------


@dataclass
class Service:
    """One program of the portal, in a session of its own so that a Ctrl-C reaches us alone."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    shown: int = field(default=0, init=False)  # bytes of the log already shown

    def start(self) -> None:
        """Start it with a new log; the kernel ends it should we die."""
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

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and all it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def show_new_lines(self) -> None:
        """Print what the program has written to its log since the last time."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(self.shown)
            new = log.read()
            complete = new[: new.rfind(b"\n") + 1]
            self.shown += len(complete)
            for line in complete.decode(errors="replace").splitlines():
                print(f"{self.name} | {line}", flush=True)


def services(address: Address, var: Path) -> list[Service]:
    """Return the programs in the order in which they start."""
    python = [sys.executable, "-m"]
    logs = var / "log"
    for folder in (logs, var / "beat"):
        folder.mkdir(exist_ok=True)
    web = ["gunicorn", "competence_centre.wsgi:application", "--bind", address.bind, "--worker-class", "gthread"]
    web += ["--workers", str(WORKERS), "--threads", str(THREADS), "--graceful-timeout", "3", "--log-level", "warning"]
    celery = ["celery", "--app", "competence_centre"]
    worker = ["worker", "--concurrency", "1", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    beat = ["beat", "--schedule", str(var / "beat" / "schedule"), "--pidfile", "", "--loglevel", "INFO"]
    return [
        Service("web", [*python, *web, "--no-control-socket"], logs / "web.log"),
        Service("worker", [*python, *celery, *worker], logs / "worker.log"),
        Service("beat", [*python, *celery, *beat], logs / "beat.log"),
    ]


class Watchdog:
    """The helper that ends our children if we are killed; see `competence_centre.watchdog`."""

    def __init__(self, lock: IO[str]) -> None:
        program = Path(__file__).with_name("watchdog.py")
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", program],
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=[lock.fileno()],
            cwd="/",
        )

    def watch(self, pid: int) -> None:
        """Make it end the process group `pid` should we be killed."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{pid}\n".encode())
        self.process.stdin.flush()

    def dismiss(self) -> None:
        """Let it see that nothing is left, and go."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@contextlib.contextmanager
def running(programs: list[Service], watchdog: Watchdog) -> Iterator[None]:
    """Start the programs; on leaving, ask all of them to stop at once, and kill who does not."""
    try:
        for program in programs:
            program.start()
            assert program.process is not None
            watchdog.watch(program.process.pid)
        yield
    finally:
        for program in programs:
            if program.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    program.process.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for program in programs:
            if program.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    program.process.wait(max(0.0, deadline - time.monotonic()))
        for program in programs:
            program.signal(signal.SIGKILL)  # the group: also what a dead program left behind
            if program.process is not None:
                program.process.wait()
                program.process = None


def check_all_alive(programs: list[Service], database: EmbeddedPostgres | None) -> None:
    """Complain about the first program that is gone.

    :raises StartError: naming it, with the end of its log.
    """
    for program in programs:
        if program.process is not None and (code := program.process.poll()) is not None:
            raise StartError(f"“{program.name}” ended (exit {code}). The end of {program.log}:\n{last_lines(program.log)}")
    if database is not None and database.process is not None and (code := database.process.poll()) is not None:
        raise StartError(f"The database ended (exit {code}). The end of {database.log}:\n{last_lines(database.log)}")


def wait_until_ready(address: Address, programs: list[Service], database: EmbeddedPostgres | None) -> None:
    """Return once `/readyz` says so.

    :raises StartError: when a program ends, or when it takes longer than `READY_WITHIN` seconds.
    """
    answer = "no answer"
    deadline = time.monotonic() + READY_WITHIN
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        check_all_alive(programs, database)
        try:
            with opener.open(f"{address.url}/readyz", timeout=5) as response:
                if response.status == 200:
                    return
        except urllib.error.HTTPError as error:
            answer = f"{error.code}: {error.read().decode(errors='replace')[:500]}"
        except OSError as error:
            answer = str(error)
        time.sleep(0.2)
    raise StartError(f"The portal was not ready within {READY_WITHIN} seconds. {address.url}/readyz said: {answer}")


# --- the whole -----------------------------------------------------------------------------------------------------


def welcome(address: Address) -> None:
    """Print what one needs to know to begin."""
    from django.conf import settings

    say(f"Ready: {address.url}/")
    if address.everywhere:
        print("Reachable from other machines, without TLS: for demonstration only.")
    if settings.DEMO:
        from competence_centre.demo import LOGINS

        print("Demonstration logins:")
        for login in LOGINS:
            print(f"  {login}")
        print("The register of all municipalities: .venv/bin/python manage.py import_municipalities FILE… (README.md)")
    print("Ctrl-C stops everything. Logs: var/log/", flush=True)


def run() -> None:
    """Run the portal until somebody stops it.

    :raises StartError: when it cannot start or one of its programs ends.
    """
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    var.mkdir(parents=True, exist_ok=True)
    parent = os.getppid()
    address = Address.from_environment()
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(only_once(var, address))
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
            assert database.process is not None
            watchdog.watch(database.process.pid)
            database.ensure_database()
            os.environ["DATABASE_URL"] = database.url()
        prepare(var)
        programs = services(address, var)
        say("Starting web server, worker and timetable")
        stack.enter_context(running(programs, watchdog))
        stack.callback(lambda: say("Stopping"))
        wait_until_ready(address, programs, database)
        welcome(address)
        while os.getppid() == parent:
            check_all_alive(programs, database)
            programs[0].show_new_lines()
            time.sleep(0.5)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # we are stopping already; a second Ctrl-C must not leave half behind
    raise Stop


def main() -> int:
    """Run the portal; return the exit code: 0 after a stop that was asked for, 1 with the reason otherwise."""
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
