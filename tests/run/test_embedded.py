"""The embedded PostgreSQL: real servers, in folders of their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from competence_centre import embedded
from competence_centre.embedded import ROOT, EmbeddedPostgres, EmbeddedPostgresError
from competence_centre.processes import processes_in

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="concerns root only")


@pytest.fixture
def server(slot):
    """A server that was not started yet, in a fresh folder; its data are removed afterwards."""
    server = EmbeddedPostgres(slot / "embedded", fast=True)
    server.remove()
    yield server
    server.remove()


def again(server):
    """The same cluster, as the next run of the portal sees it."""
    return EmbeddedPostgres(server.requested_folder, fast=True)


def one(server, query, database="postgres"):
    with server.connect(database) as connection:
        return connection.execute(query).fetchone()[0]


def test_server_is_postgresql_18_and_sorts_german(server):
    with server:
        assert one(server, "SHOW server_version").startswith("18.")
        assert one(server, "SHOW server_encoding") == "UTF8"
        assert (
            one(server, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'postgres'") == "ide"
        )
        query = "SELECT string_agg(x, ' ' ORDER BY x) FROM unnest(ARRAY['Zebra','Öl','Oder','Äpfel','Apfel']) x"
        assert one(server, query) == "Apfel Äpfel Oder Öl Zebra"


def test_server_keeps_its_data_over_a_restart(server):
    with server:
        server.ensure_database("portal")
        server.ensure_database("portal")  # a second time changes nothing
        with server.connect("portal") as connection:
            connection.execute("CREATE TABLE t AS SELECT 42 AS n")
    assert not server.running
    with again(server) as second:
        assert one(second, "SELECT n FROM t", "portal") == 42


def test_server_cannot_be_reached_by_others(server):
    """No network, a private folder, and a password even for those who get in."""
    with server:
        assert one(server, "SHOW listen_addresses") == ""
        assert server.folder.stat().st_mode & 0o777 == 0o700
        assert (server.folder / "password").stat().st_mode & 0o777 == 0o600
        assert Path(server._sockets).stat().st_mode & 0o777 == 0o700
        stranger = again(server)
        stranger.folder, stranger._sockets, stranger._password = server.folder, server._sockets, "wrong"
        with pytest.raises(embedded.psycopg.OperationalError, match="password authentication failed"):
            stranger.connect()


def test_server_dies_with_the_process_that_started_it(server):
    program = (
        "import sys, time; from pathlib import Path; from competence_centre.embedded import EmbeddedPostgres\n"
        f"server = EmbeddedPostgres(Path({str(server.requested_folder)!r}), fast=True)\n"
        "server.start(); server.ensure_database('portal'); print(server.folder, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        data = Path(parent.stdout.readline().strip()) / "data"
        assert len(processes_in(data)) > 3
        parent.kill()
    deadline = time.monotonic() + 10
    while processes_in(data) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_in(data) == []
    with again(server) as second:
        assert one(second, "SELECT count(*) FROM pg_database WHERE datname = 'portal'") == 1


def test_server_starts_after_a_crash_although_its_number_was_given_away(server):
    with server:
        data = server.folder / "data"
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        lines = (data / "postmaster.pid").read_text().splitlines()
    stranger = os.getpid()
    (data / "postmaster.pid").write_text("\n".join([str(stranger), *lines[1:]]) + "\n")
    with again(server) as second:
        assert one(second, "SELECT 1") == 1


def test_second_server_on_the_same_data_is_refused(server, monkeypatch):
    monkeypatch.setattr(embedded, "SHUTDOWN_WITHIN", 0.2)
    with server:
        with pytest.raises(EmbeddedPostgresError, match=rf"process {server.pid}\) already uses"):
            again(server).start()
        assert one(server, "SELECT 1") == 1


def test_interrupted_creation_is_repeated(server):
    with server:
        folder = server.folder
    (folder / "unfinished").touch()
    (folder / "data" / "PG_VERSION").unlink()
    with again(server) as second:
        assert one(second, "SELECT 1") == 1


def test_data_of_another_version_are_refused(server):
    with server:
        folder = server.folder
    (folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 17, this checkout brings 18"):
        again(server).start()


def test_start_that_fails_shows_the_log(server):
    with server:
        folder = server.folder
    (folder / "data" / "postgresql.conf").write_text("nonsense = on\n")
    with pytest.raises(EmbeddedPostgresError, match="unrecognized configuration parameter"):
        again(server).start()


@pytest.mark.parametrize("name", ["x" * 90, "mit Leer“zeichen' und \"%?#ä"])
def test_folder_may_have_any_name(slot, name):
    import environ

    server = EmbeddedPostgres(slot / name, fast=True)
    try:
        with server:
            server.ensure_database("portal")
            settings = environ.Env.db_url_config(server.url())
            with embedded.psycopg.connect(
                host=settings["HOST"], dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"]
            ) as connection:
                assert connection.execute("SELECT current_database()").fetchone() == ("portal",)
    finally:
        server.remove()


@as_root
def test_private_folder_is_left_private_and_the_data_go_elsewhere(tmp_path, slot, monkeypatch):
    if not reachable_by_others(slot):
        pytest.skip("this checkout itself lies in a private folder")
    monkeypatch.setattr(embedded, "FALLBACK_ROOT", slot)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    told = []
    server = EmbeddedPostgres(home / "checkout" / "var" / "postgres", fast=True, announce=told.append)
    try:
        with server:
            with server.connect() as connection:
                connection.execute("CREATE TABLE t AS SELECT 42 AS n")
            assert server.folder.is_relative_to(slot)
            assert len(told) == 1
            assert str(server.folder) in told[0]
            assert home.stat().st_mode & 0o777 == 0o700
            assert home.stat().st_uid == 0
        with again(server) as second:
            assert one(second, "SELECT n FROM t") == 42
    finally:
        server.remove()


@as_root
def test_ordinary_user_runs_it_as_himself(slot):
    """In a child that gives up root's rights for good, as nobody."""
    if not reachable_by_others(slot):
        pytest.skip("this checkout lies in a private folder that an ordinary user cannot enter")
    folder = slot / "ordinary"
    EmbeddedPostgres(folder).remove()
    folder.mkdir()
    nobody = embedded.pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            with EmbeddedPostgres(folder / "postgres", fast=True) as server:
                good = one(server, "SELECT 1") == 1 and server.account is None
                owner = Path(f"/proc/{server.pid}").stat().st_uid
            os._exit(0 if good and owner == nobody.pw_uid else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    EmbeddedPostgres(folder).remove()


def reachable_by_others(folder):
    """Say whether everybody may enter the folder."""
    return all(parent.stat().st_mode & 0o001 for parent in [folder, *folder.parents])
