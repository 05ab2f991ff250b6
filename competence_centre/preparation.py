"""What happens on `make run` before anything is served: address, lock, environment, database, static files.

Used by `competence_centre.supervisor` alone; production does these steps one by one, see docs/operations.md.
"""

# ruff: noqa: S603 - runs our own script
# ruff: noqa: PLC0415 - Django is imported only after the environment that its settings read is complete

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from competence_centre.catalogues import compile_catalogues
from competence_centre.embedded import ROOT, EmbeddedPostgres

HIGHEST_PORT = 65535
GONE_WITHIN = 12  # seconds in which the last process of a killed run is gone


class StartError(Exception):
    """The portal cannot start or go on; the text says why and what helps."""


@dataclass(frozen=True)
class Address:
    """The address the web server listens on."""

    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Address":
        """Read `HOST` and `PORT`.

        Raises:
            StartError: when `PORT` is no port.
        """
        host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
        if not (port.isascii() and port.isdigit() and 0 < int(port) <= HIGHEST_PORT):
            raise StartError(f"PORT has to be a number from 1 to {HIGHEST_PORT}, not “{port}”.")
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

        Raises:
            StartError: with the reason and what to do.
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
            if error.errno == errno.EADDRINUSE:
                raise StartError(
                    f"Port {self.port} on {self.host} is taken by another program. Choose another port: "
                    f"make run PORT={self.port + 1 if self.port < HIGHEST_PORT else 8000}"
                ) from error
            raise StartError(f"{self.bind} cannot be listened on ({error.strerror}).") from error


@contextlib.contextmanager
def only_once(var: Path, address: Address, say: Callable[[str], None]) -> Iterator[IO[str]]:
    """Hold the lock of this checkout's `var` folder, so that one portal runs on it at a time.

    Raises:
        StartError: when another one runs; after a crash, once its last process has taken too long to go.
    """
    with (var / "run.lock").open("a+") as lock:
        deadline = time.monotonic() + GONE_WITHIN
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
        "SITE_URL": address.url,
        "ALLOWED_HOSTS": "*" if address.everywhere else ",".join(sorted(hosts)),
    }
    if "SECRET_KEY" not in os.environ:
        os.environ["SECRET_KEY"] = secret.read_text()
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


# --- single commands beside the running portal -----------------------------------------------------------------------


def tell_database(var: Path) -> None:
    """Leave the database's address, which holds its password, where only this account can read it."""
    note = var / "database-url"
    note.unlink(missing_ok=True)
    with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(os.environ["DATABASE_URL"])


@contextlib.contextmanager
def local_environment() -> Iterator[None]:
    """Let `manage.py` work on what `make run` made, whether it runs at the moment or not.

    Where the environment names a database or a key, as in production, or where `make run` has never run, nothing
    is done.
    """
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    note = var / "database-url"
    if os.environ.keys() & {"DATABASE_URL", "SECRET_KEY"} or not note.exists():
        yield
        return
    decide_environment(Address.from_environment(), var)
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.environ["DATABASE_URL"] = note.read_text()
            yield
            return
        with EmbeddedPostgres(var / "postgres") as database:
            os.environ["DATABASE_URL"] = database.url()
            yield


# --- preparation, in this very process: starting Django anew for each step would cost seconds ---


def prepare(var: Path, say: Callable[[str], None]) -> None:
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
    from django.conf import settings
    from django.core.management import call_command
    from django.db import OperationalError, connection, connections
    from django.db.migrations.executor import MigrationExecutor

    compile_catalogues()
    django.setup()
    # Compressing everything is for production: with the editors' admin it would cost a minute here. What readers load
    # is compressed below, and the names of the files are the same.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise StartError(f"The database that DATABASE_URL names cannot be used: {error}") from error
    for name, folder in settings.CELERY_BROKER_TRANSPORT_OPTIONS.items():
        if "folder" in name:  # the queue without Redis: worker, timetable and web must not race to make it
            Path(folder).mkdir(parents=True, exist_ok=True)
    if not static_is_current:
        say("Collecting the static files")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        _compress_what_readers_load(var / "static")
        stamp.write_text(inputs)
    executor = MigrationExecutor(connection)
    if steps := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
        say(f"Bringing the database up to date ({steps} migrations)")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("found", verbosity=0)
    if settings.DEMO:
        say("Loading the demonstration data (what is there already stays)")
        call_command("demo", verbosity=0)
    connections.close_all()


def _compress_what_readers_load(folder: Path) -> None:
    """Lay a compressed copy beside each of our own static files, as production has it for all of them."""
    from whitenoise.compress import Compressor

    compressor = Compressor(quiet=True)
    names = json.loads((folder / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    for original, name in names.items():
        ours = original.partition("/")[0] in {"css", "js", "vendor", "icons"} or original.startswith("django_htmx/htmx")
        if ours and compressor.should_compress(name):
            compressor.compress(str(folder / name))


def _fingerprint_of_static_files() -> str:
    """Return a hash over everything the collected static files are made of."""
    state = hashlib.sha256(sys.version.encode())
    paths = [
        ROOT / "package-lock.json",
        ROOT / "scripts" / "assets.py",
        ROOT / "requirements" / "production.txt",
    ]
    paths += sorted(ROOT.glob("static/**/*"))
    for path in paths:
        if path.is_file():
            state.update(f"{path.relative_to(ROOT)}\n".encode())
            state.update(path.read_bytes())
    return state.hexdigest()


def _run_script(script: Path) -> None:
    done = subprocess.run(
        [sys.executable, script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise StartError(f"{script.name} failed:\n{(done.stdout + done.stderr).strip()}")
