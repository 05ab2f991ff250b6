"""The production set-up without Docker: each service's very command, against a real PostgreSQL and a real Redis.

What cannot be shown here is the building of the image: there is no Docker on a test machine.
"""

# ruff: noqa: PLW1510 - the tests look at the exit codes themselves

import itertools
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import redis
import yaml

from competence_centre.embedded import PACKAGE, ROOT, EmbeddedPostgres
from tests.run.conftest import wait_until

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
SET_BY_OPERATOR = {"DOMAIN": "localhost", "POSTGRES_PASSWORD": "secret", "SECRET_KEY": "k" * 60}


def interpolated(text):
    """Replace `${NAME}`, `${NAME:-default}` and `${NAME:?error}` as Compose does."""

    def value(match):
        name, rest = match[1], match[2] or ""
        if name in SET_BY_OPERATOR:
            return SET_BY_OPERATOR[name]
        assert rest.startswith(":-"), f"{name} has no default"
        return rest[2:]

    return re.sub(r"\$\{([A-Z_]+)(:[-?][^}]*)?\}", value, str(text)).replace("$$", "$")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def postgres(slot):
    with EmbeddedPostgres(slot / "compose-postgres", fast=True) as server:
        server.ensure_database("portal")
        with server.connect() as connection:
            connection.execute("DROP DATABASE portal WITH (FORCE)")
        server.ensure_database("portal")
        yield server
    server.remove()


@pytest.fixture(scope="module")
def redis_port(tmp_path_factory):
    """A Redis started by the service's very command, on a port of its own."""
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    command = [*SERVICES["redis"]["command"], "--port", str(port)]
    _cmd, program, *words = SERVICES["redis"]["healthcheck"]["test"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        try:
            check = [program, "-p", str(port), *words]
            wait_until(lambda: subprocess.run(check, capture_output=True).stdout == b"PONG\n")
            yield port
        finally:
            process.terminate()


@pytest.fixture
def environment_of(postgres, redis_port, tmp_path):
    """The environment a service has, with the addresses of this machine."""

    def environment(name, **changes):
        declared = {key: interpolated(value) for key, value in SERVICES[name].get("environment", {}).items()}
        if "DATABASE_URL" in declared:
            assert declared["DATABASE_URL"] == "postgres://portal:secret@postgres:5432/portal"
            assert declared["REDIS_URL"] == "redis://redis:6379/0"
            declared |= {"DATABASE_URL": postgres.url(), "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0"}
            declared["VAR_DIR"] = str(tmp_path)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        base = {"PATH": path, "LANG": "C.UTF-8", "SECRET_KEY": SET_BY_OPERATOR["SECRET_KEY"]}
        return base | declared | changes

    return environment


@pytest.fixture
def migrated(environment_of):
    """A database that the service `migrate` has brought up to date."""
    done = subprocess.run(
        SERVICES["migrate"]["command"], cwd=ROOT, env=environment_of("migrate"), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Running:
    """A service's command, running; everything it started is ended with it."""

    def __init__(self, name, environment, log, folder=ROOT):
        self.environment, self.folder, self.log = environment, folder, log
        command = [
            interpolated(part).replace("/app/var", environment.get("VAR_DIR", "")) for part in SERVICES[name]["command"]
        ]
        self.healthcheck = SERVICES[name].get("healthcheck", {}).get("test", [])
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
            )

    def healthy(self):
        """Run the service's very health check."""
        kind, command = self.healthcheck
        assert kind == "CMD-SHELL"
        command = interpolated(command).replace("/app/var", self.environment["VAR_DIR"])
        done = subprocess.run(["/bin/sh", "-c", command], cwd=self.folder, env=self.environment, capture_output=True)
        return done.returncode == 0

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.process.terminate()
        try:
            self.process.wait(15)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, 9)


def test_compose_file_is_valid():
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_compose_schema_notices_a_mistake(tmp_path):
    """The check above can fail."""
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text((ROOT / "docker-compose.yml").read_text().replace("healthcheck:", "healtcheck:", 1))
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(wrong)],
        capture_output=True,
        text=True,
    )
    assert "healtcheck" in done.stdout
    assert done.returncode == 1


def test_services_are_those_that_are_tested_here():
    assert sorted(SERVICES) == ["beat", "migrate", "postgres", "proxy", "redis", "web", "worker"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_is_restarted_and_checked(name):
    """All but the one that runs once."""
    service = SERVICES[name]
    if name == "migrate":
        assert service["restart"] == "no"
        assert service["healthcheck"] == {"disable": True}
        return
    assert service["restart"] == "unless-stopped"
    assert ("healthcheck" in service) == (name != "proxy")


@pytest.mark.parametrize("name", ["migrate", "web", "worker", "beat"])
def test_our_containers_may_do_nothing_they_need_not(name):
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"], service["security_opt"], service.get("ports")) == (
        True, ["ALL"], ["no-new-privileges:true"], None,
    )  # fmt: skip


def test_image_starts_the_same_web_server():
    dockerfile = (ROOT / "Dockerfile").read_text()
    command = yaml.safe_load(re.search(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)[1])
    assert " ".join(command).replace("=", " ") == " ".join(SERVICES["web"]["command"]).replace("=", " ")
    assert re.search(r"^USER portal$", dockerfile, re.MULTILINE)


def test_image_copies_only_what_exists_and_is_not_ignored():
    ignored = {
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith(("#", "!", "."))
    }
    for line in re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists()
            assert source not in ignored


def test_postgres_knows_its_options(postgres):
    """PostgreSQL 18 accepts each `-c name=value` of the command (option -C prints the value it would use)."""
    command = SERVICES["postgres"]["command"]
    options = [value for flag, value in itertools.pairwise(command) if flag == "-c"]
    assert len(options) == 3
    for option in options:
        name = option.split("=")[0]
        program = postgres.native / "bin" / "postgres"
        asked = [program, "-D", postgres.folder / "data", "-c", option, "-C", name]
        done = subprocess.run(asked, capture_output=True, text=True, cwd="/", user=postgres._user)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() != ""
    assert (PACKAGE / "package.json").exists()
    assert SERVICES["postgres"]["image"] == "postgres:18"


@pytest.mark.requires("redis")
def test_migrate_brings_the_database_up_to_date(migrated, postgres, environment_of):
    with postgres.connect("portal") as connection:
        assert connection.execute("SELECT count(*) > 10 FROM django_migrations").fetchone() == (True,)
        addresses = connection.execute("SELECT slug FROM wagtailcore_page WHERE live AND depth > 2").fetchall()
        assert {"impressum", "datenschutz", "barrierefreiheit"} <= {slug for (slug,) in addresses}
    again = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=ROOT,
        env=environment_of("migrate"),
        capture_output=True,
    )
    assert again.returncode == 0


@pytest.mark.requires("redis")
def test_web_gets_ready(migrated, environment_of, tmp_path):
    port = free_port()
    with Running("web", environment_of("web", PORT=str(port)), tmp_path / "web.log") as web:
        wait_until(web.healthy, seconds=30)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            assert answer.status == 200
        # A request that came through the proxy is served, one that did not is sent to HTTPS.
        plain = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": "localhost"})
        opener = urllib.request.build_opener(NoRedirect)
        with pytest.raises(urllib.error.HTTPError) as redirect:
            opener.open(plain, timeout=10)
        assert redirect.value.headers["Location"] == "https://localhost/"
        redirect.value.close()
    assert not web.healthy()  # it has stopped: the check can fail


@pytest.mark.requires("redis")
def test_web_is_not_ready_without_its_queue(migrated, environment_of, tmp_path):
    port, nobody = free_port(), free_port()
    environment = environment_of("web", PORT=str(port), REDIS_URL=f"redis://127.0.0.1:{nobody}/0")
    with Running("web", environment, tmp_path / "web.log"):
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), seconds=30)
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10)
        assert error.value.code == 503
        assert "broker" in error.value.read().decode()
        error.value.close()


@pytest.mark.requires("redis")
def test_worker_answers_its_health_check(migrated, environment_of, tmp_path):
    environment = environment_of("worker", HOSTNAME=socket.gethostname())
    with Running("worker", environment, tmp_path / "worker.log") as worker:
        assert not worker.healthy()
        wait_until(worker.healthy, seconds=40)


@pytest.mark.requires("redis")
def test_beat_writes_its_timetable(migrated, environment_of, tmp_path):
    (tmp_path / "beat").mkdir()
    with Running("beat", environment_of("beat"), tmp_path / "beat.log") as beat:
        assert not beat.healthy()
        wait_until(beat.healthy, seconds=30)


@pytest.mark.requires("redis")
def test_queue_is_kept_on_disk(redis_port):
    client = redis.Redis(port=redis_port)
    settings = client.config_get("appendonly", "maxmemory-policy")
    client.close()
    assert settings == {"appendonly": "yes", "maxmemory-policy": "noeviction"}


@pytest.mark.requires("redis", "caddy")
def test_proxy_ends_tls_and_hands_on(migrated, environment_of, tmp_path):
    """From a reader's HTTPS request through the proxy's own configuration to the page, and back."""
    web_port, http, https = free_port(), free_port(), free_port()
    config = ROOT / "docker" / "Caddyfile"
    assert "./docker/Caddyfile:/etc/caddy/Caddyfile:ro" in SERVICES["proxy"]["volumes"]
    command = [part.replace("/etc/caddy/Caddyfile", str(config)) for part in SERVICES["proxy"]["command"]]
    command[0] = shutil.which("caddy")
    environment = environment_of(
        "proxy", HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path)
    )
    environment |= {"HTTP_PORT": str(http), "HTTPS_PORT": str(https), "WEB_ADDRESS": f"127.0.0.1:{web_port}"}
    environment["FILES_DIR"] = str(tmp_path)
    for folder in ("images", "documents"):
        (tmp_path / "media" / folder).mkdir(parents=True)
        (tmp_path / "media" / folder / "a.png").write_bytes(b"a file")
    with Running("web", environment_of("web", PORT=str(web_port)), tmp_path / "web.log") as web:
        wait_until(web.healthy, seconds=30)
        with (
            (tmp_path / "proxy.log").open("wb") as log,
            subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log) as proxy,
        ):
            try:
                authority = tmp_path / "caddy" / "pki" / "authorities" / "local" / "root.crt"
                wait_until(authority.exists)
                trusting = ssl.create_default_context(cafile=authority)
                opener = urllib.request.build_opener(NoRedirect, urllib.request.HTTPSHandler(context=trusting))
                wait_until(lambda: answers(f"https://localhost:{https}/", opener))
                with opener.open(f"https://localhost:{https}/api/v1/municipalities/", timeout=10) as answer:
                    assert answer.status == 200
                    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
                with opener.open(f"https://localhost:{https}/media/images/a.png", timeout=10) as answer:
                    assert answer.read() == b"a file"
                    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
                    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
                for hidden_file in ("documents/a.png", "images/../documents/a.png", "images/b.png"):
                    # Handed on to the portal, whose pages cannot be drawn here: nobody has collected its styles.
                    with pytest.raises(urllib.error.HTTPError, match=r"404|500") as missing:
                        opener.open(f"https://localhost:{https}/media/{hidden_file}", timeout=10)
                    missing.value.close()
                for inside in ("healthz", "readyz"):
                    with pytest.raises(urllib.error.HTTPError, match="404") as hidden:
                        opener.open(f"https://localhost:{https}/{inside}", timeout=10)
                    hidden.value.close()
                with pytest.raises(urllib.error.HTTPError, match="308") as redirect:
                    opener.open(f"http://localhost:{http}/", timeout=10)
                redirect.value.close()
            finally:
                proxy.terminate()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows redirects instead of following them."""

    def redirect_request(self, *_arguments):
        return None


def answers(url, opener=None):
    """Say whether something answers there, whatever it says."""
    try:
        (opener or urllib.request.build_opener()).open(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        time.sleep(0.1)
        return False
    return True
