"""`make run` for real: it gets ready, and however it ends, nothing stays behind and no data are lost."""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import environ
import psycopg
import pytest

from competence_centre.embedded import ROOT, EmbeddedPostgres
from tests.run.conftest import kill_groups, processes_of, wait_until

NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "SECURE_TLS", "LOG_LEVEL")
SUPERVISOR = f"{shlex.quote(sys.executable)} -m competence_centre.supervisor"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Portal:
    """One start of the portal through the Makefile, without the set-up that went before these tests."""

    var: Path
    port: int = field(default_factory=free_port)
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    make: subprocess.Popen | None = None

    def start(self, **changes):
        environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        environment |= {"VAR_DIR": str(self.var), "PORT": str(self.port), "TEST_MARK": self.mark} | changes
        self.make = subprocess.Popen(
            ["make", "--no-print-directory", "run", f"BOOTSTRAP={SUPERVISOR}"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return self

    def wait_until_ready(self):
        """Read what it says up to the line that it is ready; return it."""
        said = ""
        for line in self.make.stdout:
            said += line
            if "Ctrl-C stops everything" in line:
                return said
        pytest.fail(f"The portal did not get ready:\n{said}")

    def end(self):
        """Wait for its end and return exit code and what it said last."""
        said, _none = self.make.communicate(timeout=30)
        return self.make.returncode, said

    def processes(self):
        return processes_of(self.var, self.mark)

    def process(self, words):
        """Return the number of the oldest process whose command holds the words."""
        return min(pid for pid, command in self.processes().items() if words in command and "make" not in command)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return response.status, response.read().decode()

    def database(self):
        """Connect to its database, with the address its own processes have."""
        block = Path(f"/proc/{self.process('gunicorn')}/environ").read_bytes().decode()
        url = dict(entry.split("=", 1) for entry in block.split("\0") if "=" in entry)["DATABASE_URL"]
        settings = environ.Env.db_url_config(url)
        return psycopg.connect(
            host=settings["HOST"], user=settings["USER"], password=settings["PASSWORD"], dbname=settings["NAME"]
        )


@pytest.fixture(scope="module")
def var(slot):
    """The folder all portals of this module run on, one after the other; only the first start prepares it."""
    folder = slot / "portal"
    EmbeddedPostgres(folder / "postgres").remove()
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    yield folder
    EmbeddedPostgres(folder / "postgres").remove()


@pytest.fixture
def portal(var):
    portal = Portal(var)
    yield portal
    if portal.make is not None:
        portal.make.kill()
        portal.make.stdout.close()
        portal.make.wait()
    with contextlib.suppress(BaseException):
        wait_until(lambda: portal.processes() == {})
    kill_groups(portal.processes())


def interrupt_all(portal):
    """What Ctrl-C in a terminal does: SIGINT to make and to what it started."""
    os.killpg(portal.make.pid, signal.SIGINT)


def terminate_make(portal):
    portal.make.terminate()


def kill_make(portal):
    portal.make.kill()


def kill_supervisor(portal):
    os.kill(portal.process("competence_centre.supervisor"), signal.SIGKILL)


def survivors(portal):
    """Return the names in a table of ours, which the first call makes."""
    with portal.database() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS survivors (name text PRIMARY KEY)")
        return {name for (name,) in connection.execute("SELECT name FROM survivors")}


def test_stop_leaves_no_process_and_keeps_the_data(portal):
    """The demand: within 10 seconds nothing is left, and the next start finds all data."""
    earlier = set()
    for stop in (interrupt_all, terminate_make, kill_make, kill_supervisor):
        said = portal.start().wait_until_ready()
        assert f"Ready: http://127.0.0.1:{portal.port}/" in said
        assert portal.get("/readyz")[0] == 200
        assert portal.get("/")[0] == 200
        running = " ".join(portal.processes().values())
        for part in ("competence_centre.supervisor", "gunicorn", "worker", "beat", "postgres"):
            assert part in running
        assert survivors(portal) == earlier
        with portal.database() as connection:
            connection.execute("INSERT INTO survivors VALUES (%s)", [stop.__name__])
        earlier.add(stop.__name__)

        stop(portal)
        wait_until(lambda: portal.processes() == {}, seconds=10)
        portal.make.communicate(timeout=5)


def test_second_start_in_the_same_checkout_is_refused(portal):
    portal.start().wait_until_ready()
    second = Portal(portal.var)
    code, said = second.start().end()
    assert code == 2  # make's own for “the recipe failed”
    supervisor = portal.process("competence_centre.supervisor")
    assert (
        f"The portal already runs from this checkout: http://127.0.0.1:{portal.port} (process {supervisor}). "
        "Stop it there with Ctrl-C before you start it again." in said
    )
    assert portal.get("/readyz")[0] == 200
    # What the first start made up is for this account alone.
    secret = portal.var / "secret-key"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_text()) > 50


def test_a_single_command_works_on_what_make_run_made_whether_it_runs_or_not(portal):
    environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    environment |= {"VAR_DIR": str(portal.var), "TEST_MARK": portal.mark}

    def manage(*words):
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    portal.start().wait_until_ready()
    assert (
        manage("demo") == "0 places, 0 funding programmes, 0 accounts, 0 actors, 0 projects, 0 applications,"
        " 0 drafts and plans, 0 pages of content, 0 technologies loaded.\n"
    )
    interrupt_all(portal)
    portal.end()
    assert portal.processes() == {}
    assert (
        manage("demo") == "0 places, 0 funding programmes, 0 accounts, 0 actors, 0 projects, 0 applications,"
        " 0 drafts and plans, 0 pages of content, 0 technologies loaded.\n"
    )
    assert portal.processes() == {}
    assert (portal.var / "database-url").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("part, message", [("gunicorn", "“web” ended"), ("postgres -D", "The database ended")])
def test_part_that_dies_is_named_and_everything_stops(portal, part, message):
    portal.start().wait_until_ready()
    os.kill(portal.process(part), signal.SIGKILL)
    code, said = portal.end()
    assert code == 2
    assert message in said
    assert portal.processes() == {}


def test_taken_port_is_said_before_anything_starts(portal):
    with socket.socket() as other:
        other.bind(("127.0.0.1", portal.port))
        other.listen()
        began = time.monotonic()
        code, said = portal.start().end()
    assert code == 2
    assert f"Port {portal.port} on 127.0.0.1 is taken by another program. Choose another port: make run PORT=" in said
    assert "Starting" not in said
    assert time.monotonic() - began < 5
    assert portal.processes() == {}


@pytest.mark.parametrize("changes, message", [
    ({"PORT": "eighty"}, "PORT has to be a number from 1 to 65535, not “eighty”."),
    ({"PORT": "70000"}, "PORT has to be a number from 1 to 65535, not “70000”."),
    ({"HOST": "no.such.host.invalid"}, "HOST “no.such.host.invalid” is not known"),
    ({"DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none"}, "The database that DATABASE_URL names cannot be used"),
])  # fmt: skip
def test_wrong_setting_is_answered_in_words(portal, changes, message):
    code, said = portal.start(**changes).end()
    assert code == 2
    assert message in said
    assert "Traceback" not in said
