"""Run every check that needs no test: `make check`. With `--then-test`, run pytest afterwards: `make test`.

All checks run, whatever the one before said; the list of those that failed stands at the end.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from competence_centre.embedded import EmbeddedPostgres  # noqa: E402 - lies beside this folder

PYTHON = sys.executable
MANAGE = [PYTHON, "manage.py"]

# As in production, so that `check --deploy` judges what will run there.
PRODUCTION = {
    "SECRET_KEY": "only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "ALLOWED_HOSTS": "portal.example",
    "BEHIND_PROXY": "on",
    "SITE_URL": "https://portal.bund.de",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.bund.de:587",
    "OPERATOR_NAME": "Kompetenzzentrum",
    "OPERATOR_ADDRESS": "Hauptstraße 1; 10115 Berlin",
    "OPERATOR_REPRESENTATIVE": "Kim Beispiel (Leitung)",
    "OPERATOR_EMAIL": "kontakt@portal.bund.de",
    "OPERATOR_PHONE": "030 23125 000",
    "OPERATOR_EDITOR": "Kim Beispiel; Hauptstraße 1; 10115 Berlin",
    "OPERATOR_DATA_PROTECTION": "Robin Beispiel; Hauptstraße 1; 10115 Berlin",
    "OPERATOR_DATA_PROTECTION_AUTHORITY": "Aufsichtsbehörde; Hauptstraße 2; 10115 Berlin",
    "OPERATOR_HOSTING": "Rechenzentrum; Hauptstraße 3; 10115 Berlin",
    "SECURITY_CONTACT": "sicherheit@portal.bund.de",
}


# All tests in two sessions side by side, one for each processor, which take about the same time. Each session has a
# database server of its own.
PROGRAMS_AND_BROWSER = ["tests/browser", "tests/run", "tests/benchmarks"]
EVERYTHING_ELSE = ["tests", *(f"--ignore={folder}" for folder in PROGRAMS_AND_BROWSER)]
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|warnings?)")


SLOTS = ROOT / "var" / "test"
"""Each test session takes one of the folders in here, numbered from 0, with a database server of its own."""

ASKS_THE_DATABASE = "tests/competence_centre/test_health.py"
"""A few quick tests: whoever runs them has a database server with all migrations applied."""


def templates() -> list[str]:
    """Return every Django template of ours."""
    folders = [ROOT / "templates", *ROOT.glob("*/templates"), *ROOT.glob("portal/*/templates")]
    return sorted({str(path.relative_to(ROOT)) for folder in folders for path in folder.rglob("*.html")})


def checks() -> list[tuple[str, list[str]]]:
    """Return every check as title and command."""
    ruff = [PYTHON, "-m", "ruff"]
    program = Path(PYTHON).parent
    return [
        ("format of the code", [*ruff, "format", "--check", "--quiet", "."]),
        ("lint", [*ruff, "check", "--quiet", "."]),
        ("layers and contracts between the packages", [str(program / "lint-imports")]),
        ("types", [PYTHON, "-m", "mypy"]),
        (
            "format of the templates",
            [str(program / "djade"), "--check", "--target-version", "6.1", *templates()],
        ),
        ("Django's and our own system checks", [*MANAGE, "check", "--fail-level", "WARNING"]),
        ("settings for production", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]),
        ("migrations match the models", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
        ("messages are translated", [*MANAGE, "check_catalogues"]),
        ("schema of the API", [*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull]),
    ]


@contextlib.contextmanager
def database() -> Iterator[str]:
    """Give the address of an empty database: some system checks ask PostgreSQL what it can do."""
    if url := os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL"):
        yield url
        return
    server = EmbeddedPostgres(ROOT / "var" / "checks" / str(os.getpid()), fast=True)
    try:
        with server:
            yield server.url("postgres")
    finally:
        server.remove()


def run_checks(database_url: str) -> list[str]:
    """Run all checks, print what failed, and return the titles of those."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "DEMO", "SECURE_TLS"}}
    environment = kept | PRODUCTION | {"DATABASE_URL": database_url}
    failed = []
    for title, command in checks():
        began = time.monotonic()
        print(f"== {title} … ", end="", flush=True)
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(f"{'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
        if done.returncode != 0:
            failed.append(title)
            print(f"{done.stdout.strip()}\n", flush=True)
    print(f"== {len(checks()) - len(failed)} of {len(checks())} checks passed", flush=True)
    for title in failed:
        print(f"   failed: {title}", flush=True)
    return failed


def begin_to_migrate(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Let the first session's database server come into being while the checks run: that takes as long as they do."""
    return subprocess.Popen(
        [PYTHON, "-m", "pytest", "-q", ASKS_THE_DATABASE],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def share_what_is_migrated() -> None:
    """Give the second session a copy of the first one's database server, unless it has one; else it makes its own.

    A further copy is for tests with a server of their own (``tests/migrated.py``), made anew each time: what an earlier
    run has left there may be of other migrations.
    """
    first = SLOTS / "0" / "postgres"
    subprocess.run(["rm", "-rf", str(SLOTS / "migrated")], check=True)
    for copy in (SLOTS / "1" / "postgres", SLOTS / "migrated" / "postgres"):
        if first.is_dir() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", str(first), str(copy)], check=False)  # with the owner, who is not root


def run_tests(arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest and return its exit code."""
    return subprocess.run([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False).returncode


def run_all_tests(environment: dict[str, str]) -> int:
    """Run both sessions, print what each said, and one closing line for both; return an exit code."""
    began = time.monotonic()
    command = [PYTHON, "-m", "pytest"]
    outputs, codes = [], []
    sessions = [
        subprocess.Popen(
            [*command, *session],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for session in (PROGRAMS_AND_BROWSER, EVERYTHING_ELSE)
    ]
    with ThreadPoolExecutor(len(sessions)) as readers:
        for session, (output, _none) in zip(sessions, readers.map(subprocess.Popen.communicate, sessions), strict=True):
            print(output, flush=True)
            outputs.append(output.strip().splitlines()[-1] if output.strip() else "")
            codes.append(session.returncode)
    counts: Counter[str] = Counter()
    for line in outputs:
        counts.update({what: int(number) for number, what in COUNT.findall(line)})
    said = ", ".join(f"{number} {what}" for what, number in counts.items())
    print(f"===== {said} in {time.monotonic() - began:.2f}s =====", flush=True)
    return max(codes, key=abs)


def main(arguments: list[str]) -> int:
    """Run the checks, and with `--then-test` pytest with the other arguments; return the exit code."""
    is_tested = "--then-test" in arguments
    rest = [argument for argument in arguments if argument != "--then-test"]
    # Importing our package named the settings; pytest has to choose its own environment before it reads them.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    migrating = begin_to_migrate(environment) if is_tested and not rest else None
    with database() as url:
        failed = run_checks(url)
    if not is_tested:
        return bool(failed)
    environment["CHECKS_FAILED"] = "; ".join(failed)  # pytest repeats them above its closing line
    if migrating is None:
        return run_tests(rest, environment) or bool(failed)
    migrating.wait()
    share_what_is_migrated()
    return run_all_tests(environment) or bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
