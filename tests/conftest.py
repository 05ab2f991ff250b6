"""What all tests share: their settings, their database, and what to do where a program is missing.

The database is an embedded PostgreSQL of the test session's own (`TEST_DATABASE_URL` or `DATABASE_URL` names
another). Test databases are copied from a migrated template, which is made anew when a migration or a trigger
changed: so one test file starts in seconds, and every migration still runs for real.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# --- settings: tests decide about their environment themselves, whoever starts them ---

OWN_DATABASE_URL = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")


def _take_a_slot() -> Path:
    """Return a folder under var/test that no other running session uses; the lock lasts as long as we do."""
    for number in range(100):
        folder = ROOT / "var" / "test" / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        return folder
    raise RuntimeError("A hundred test sessions run in this checkout already.")


SLOT = _take_a_slot()

for _name in (
    "DEBUG",
    "DEMO",
    "REDIS_URL",
    "DATABASE_URL",
    "CSRF_TRUSTED_ORIGINS",
    "BEHIND_PROXY",
):
    os.environ.pop(_name, None)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "competence_centre.settings",
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "SECURE_TLS": "off",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "VAR_DIR": str(SLOT),
    "LOG_LEVEL": "WARNING",
    "API_RATE_ADDRESS": "",  # tests ask more often than anybody; those of the limits set them
    "API_RATE_TOKEN": "",
}

from competence_centre.catalogues import compile_catalogues  # noqa: E402 - the environment comes first
from competence_centre.embedded import EmbeddedPostgres, EmbeddedPostgresError  # noqa: E402 - as above

if (ROOT / "node_modules" / "@kern-ux").exists():
    # The settings look for the front-end files; when they are up to date this takes milliseconds.
    subprocess.run([sys.executable, ROOT / "scripts" / "assets.py"], check=True, stdout=subprocess.DEVNULL)
(SLOT / "static").mkdir(exist_ok=True)  # WhiteNoise warns where there is none; tests read files where they lie
compile_catalogues()  # a fresh checkout has none, and the models read them
django.setup()  # before any folder's own conftest imports a model


@pytest.fixture(scope="session")
def slot() -> Path:
    """A folder below the checkout that belongs to this test session alone."""
    return SLOT


@pytest.fixture(scope="session", autouse=True)
def _settings_for_tests() -> Iterator[None]:
    """Static files without a manifest (no collectstatic needed), and passwords hashed cheaply."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _codes_count_again() -> Iterator[None]:
    """No test meets what another has counted or used up: attempts to sign in, codes of apps."""
    from django.core.cache import cache

    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _nothing_waits_to_be_counted() -> Iterator[None]:
    """What one test has made the portal count is written in no other, nor when all are over."""
    from portal import counting

    counting.forget()
    yield
    counting.forget()


@pytest.fixture(autouse=True)
def _notices_are_known() -> None:
    """Every page asks the cache for notices of outages: no test counts the statement that fills it, nor meets
    the notices of another test."""
    from django.core.cache import cache

    from portal.content.services.notices import KEY

    cache.set(KEY, [], None)


@pytest.fixture(autouse=True)
def _each_test_begins_in_german() -> None:
    """A page in English leaves its language to the thread; the next request sets its own, the next test does not."""
    from django.utils import translation

    translation.deactivate()


# --- database ---


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """The URL of a PostgreSQL that tests may create databases in."""
    if OWN_DATABASE_URL:
        yield OWN_DATABASE_URL
        return
    server = EmbeddedPostgres(SLOT / "postgres", fast=True)
    try:
        server.start()
    except EmbeddedPostgresError:
        # Without fsync a crash of the machine can ruin the data; nothing in them is worth keeping.
        shutil.rmtree(server.folder, ignore_errors=True)
        server = EmbeddedPostgres(SLOT / "postgres", fast=True)
        server.start()
    try:
        server.ensure_database("portal")
        yield server.url("portal")
    finally:
        server.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: Any,
    database_server: str,
) -> None:
    """Point Django at the test server, and have its test database copied from the migrated template."""
    import environ
    from django.db import connections

    connection = connections["default"]
    connection.settings_dict |= environ.Env.db_url_config(database_server)
    connection.settings_dict["CONN_MAX_AGE"] = 0
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = _migrated_template(connection)

    def drop(name: str, verbosity: int) -> None:
        # A browser that has just closed can hold the server's last connection for a moment longer.
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")

    connection.creation._destroy_test_db = drop


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_the_audit() -> Iterator[None]:
    """Tests with real transactions empty all tables at their end, also the one that nobody may empty."""
    import pgtrigger
    from django.test import TransactionTestCase

    emptying = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with pgtrigger.ignore("audit.AuditEvent:no_truncate"):
            emptying(self)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign] # django has no hook for it
    yield
    TransactionTestCase._fixture_teardown = emptying  # type: ignore[method-assign] # as above


def _migrated_template(connection: Any) -> str:
    """Return the name of a database that is migrated to this very state of the code; make it where needed."""
    from django.core.management import call_command

    name = f"template_{_fingerprint()}"
    unfinished = f"{name}_unfinished"
    quote = connection.ops.quote_name
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%'")
        existing = {row[0] for row in cursor.fetchall()}
        if name in existing:
            return name
        if not OWN_DATABASE_URL:  # on a server of others, another checkout may still use its own
            for outdated in existing:
                cursor.execute(f"DROP DATABASE {quote(outdated)} WITH (FORCE)")
        cursor.execute(f"DROP DATABASE IF EXISTS {quote(unfinished)} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quote(unfinished)} TEMPLATE template0")
    original = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = unfinished
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("found", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {quote(unfinished)} RENAME TO {quote(name)}")
    return name


def _fingerprint() -> str:
    """Return a hash over migrations (of libraries as well), declared triggers, and what ``found`` is made of."""
    import pgtrigger
    from django.db.migrations.loader import MigrationLoader

    state = hashlib.sha256()
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        source = sys.modules[type(migration).__module__].__file__
        state.update(f"{app}.{name}\n".encode())
        state.update(Path(source or "").read_bytes())
    for model, trigger in pgtrigger.registered():
        state.update(trigger.compile(model).install_sql.encode())
    content = ROOT / "portal" / "content"
    founded = [content / "services" / "founding.py", content / "services" / "roles.py"]
    founded.append(ROOT / "portal" / "search" / "triggers.py")
    for path in [*founded, *sorted(content.glob("founding_data/*")), *sorted(ROOT.glob("**/wagtail_hooks.py"))]:
        state.update(path.read_bytes())
    return state.hexdigest()[:16]


# --- programs that not every machine has ---

PROGRAMS = {  # what a test asks for: the program, the Debian package
    "chromium": ("chromium", "chromium"),
    "redis": ("redis-server", "redis-server"),
    "gettext": ("msgfmt", "gettext"),
    "caddy": ("caddy", "caddy"),
    "java": ("java", "default-jre-headless"),
}


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker `requires`."""
    config.addinivalue_line(
        "markers",
        f"requires(program): needs {' or '.join(PROGRAMS)}; skipped without it, failed with REQUIRE_ALL=1",
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program is missing, or fail it where everything has to run."""
    for marker in item.iter_markers("requires"):
        for wanted in marker.args:
            program, package = PROGRAMS[wanted]
            if shutil.which(program):
                continue
            reason = f"needs {program}: apt-get install {package}"
            if os.environ.get("REQUIRE_ALL") == "1":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Repeat above the closing line which checks failed before the tests, so that nobody reads past it."""
    if failed := os.environ.get("CHECKS_FAILED"):
        terminalreporter.section("checks that failed before the tests", red=True)
        terminalreporter.line(failed)
