"""`make bench`: measure the portal at full size under its production server; see benchmarks/README.md.

Like `make run` a program of its own and no management command, because it decides the environment (database, secret
key) before Django reads its settings. It has a database server and a folder of its own under `var/bench` and touches no
other data.
"""

# ruff: noqa: PLC0415 - Django is imported only after the environment that its settings read is complete
# ruff: noqa: T201, S603 - talks to the person at the terminal; runs our own script

import argparse
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from competence_centre.catalogues import compile_catalogues
from competence_centre.embedded import ROOT, EmbeddedPostgres, EmbeddedPostgresError

DATABASE = "bench"
SIZES = (2_500, 25_000)
PEOPLE_PER_PROGRAMME = 2.4  # 60,000 people beside 25,000 programmes

SEARCHES, QUICK_SEARCHES = 10_000, 200
"""Saved searches that changes are matched with."""
QUICK_SIZES = (40, 400)
RESULTS = ROOT / "benchmarks" / "results.json"

_started = time.monotonic()


def say(text: str) -> None:
    """Tell how far we are."""
    print(f"[{time.monotonic() - _started:6.1f} s] {text}", file=sys.stderr, flush=True)


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the portal's pages.")
    parser.add_argument("--quick", action="store_true", help="few data, little time: does measuring work?")
    parser.add_argument("--programmes", type=int, nargs="+", metavar="N", help="numbers of programmes, ascending")
    parser.add_argument(
        "--register",
        choices=("official", "generated", "demonstration"),
        help="where the municipalities come from; by default the official files where they lie beside the checkout",
    )
    parser.add_argument(
        "--pages",
        nargs="+",
        default=[],
        metavar="SLUG",
        help="measure these pages alone, and no jobs; “project” stands for all that begin with it",
    )
    parser.add_argument(
        "--template",
        default="template1",
        metavar="NAME",
        help="a database of the benchmark's server that the run begins with a copy of: migrating takes a minute",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the results go (JSON)")
    options = parser.parse_args(arguments)
    options.programmes = options.programmes or list(QUICK_SIZES if options.quick else SIZES)
    if sorted(set(options.programmes)) != options.programmes or options.programmes[0] < 1:
        parser.error("--programmes: positive numbers, ascending")
    return options


def decide_environment(var: Path, database_url: str) -> None:
    """Set everything the settings read: as in production, but without TLS, Redis and demonstration data."""
    for name in (
        "DEBUG",
        "DEMO",
        "REDIS_URL",
        "BEHIND_PROXY",
        "CSRF_TRUSTED_ORIGINS",
        "OPERATOR_EMAIL",
        "WEB_CONCURRENCY",
    ):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "competence_centre.settings",
        "SECRET_KEY": "only-for-measuring-" + "x" * 50,
        "DATABASE_URL": database_url,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_TLS": "off",
        "VAR_DIR": str(var),
        "LOG_LEVEL": "WARNING",
        "API_RATE_ADDRESS": "",  # all of it comes from one address
    }


def prepare() -> None:
    """Set up Django, the database and the static files.

    The static files get their hashed names as in production, which pages need; the compressed copies, which take a
    minute to make, are left out: nothing that is measured asks for them.
    """
    assets = [sys.executable, str(ROOT / "scripts" / "assets.py")]
    if (done := subprocess.run(assets, capture_output=True, text=True, check=False)).returncode:
        raise RuntimeError(f"{assets[1]} failed:\n{done.stdout}{done.stderr}")
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.test import override_settings

    compile_catalogues()
    django.setup()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("found", verbosity=0)


def load_register(kind: str | None, var: Path, *, quick: bool) -> str:
    """Load the municipalities; return which register it was."""
    from benchmarks import data

    chosen = kind or ("demonstration" if quick else "official" if data.official_files_exist() else "generated")
    say(f"Loading the {chosen} register")
    if chosen == "official":
        data.load_official_register()
    elif chosen == "generated":
        data.load_generated_register(var)
    else:
        data.load_demonstration_register()
    return chosen


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Do all of it and return the results."""
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve() / "bench"
    (var / "log").mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(var / "postgres", announce=say) as database:
        with database.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        database.ensure_database(DATABASE, options.template)
        decide_environment(var, database.url(DATABASE))
        prepare()
        register = load_register(options.register, var, quick=options.quick)
        from benchmarks.data import municipality_count

        sizes = measure_sizes(options, var / "log")
        results: dict[str, Any] = {
            "measured_on": time.strftime("%Y-%m-%d", time.gmtime()),
            "quick": options.quick,
            "machine": machine(),
            "register": register,
            "municipalities": municipality_count(),
            **sizes,
        }
    from benchmarks import report

    results["growth"] = report.growth(results["sizes"])
    results["aims"] = report.aims(results["sizes"])
    return results


def measure_sizes(options: argparse.Namespace, logs: Path) -> dict[str, Any]:
    """Load ever more programmes and measure each time, with freshly started servers."""
    from django.db import connections

    from benchmarks import data, project_data
    from benchmarks.jobs import measure_jobs
    from benchmarks.measure import FULL, QUICK, measure
    from benchmarks.pages import pages_named
    from benchmarks.processes import CONSTANT, PORTAL, Client, Server
    from portal import counting
    from portal.search.indexing import rebuild

    pages_named(options.pages)  # a name that no page has is refused before anything is loaded
    sizes: list[dict[str, Any]] = []
    there = 0
    for programmes in options.programmes:
        say(f"Loading programmes up to {programmes:,}")
        began = time.monotonic()
        data.load_programmes(there, programmes)
        loading = time.monotonic() - began
        data.load_conditions(there, programmes)
        project_data.load_projects(there, programmes)
        plans = [round(number * project_data.PLANS_PER_PROJECT) for number in (there, programmes)]
        project_data.load_plans(*plans)
        data.settle()
        size = {
            "programmes": programmes,
            "people": round(programmes * PEOPLE_PER_PROGRAMME),
            "loaded_per_second": round((programmes - there) / loading),
            "database_mb": round(data.database_megabytes(), 1),
        }
        data.load_people(*(round(number * PEOPLE_PER_PROGRAMME) for number in (there, programmes)))
        there = programmes
        say("Reading everything for the search")
        rebuild()
        with (
            Client() as client,
            Server(PORTAL, logs / "web.log") as portal,
            Server(CONSTANT, logs / "constant.log") as constant,
        ):
            effort = QUICK if options.quick else FULL
            chosen = pages_named(options.pages)
            size |= measure(chosen, portal=portal, constant=constant, client=client, effort=effort, say=say)
            command = [part for part in portal.command[2:] if not part.startswith("--bind")]
        sizes.append(size)
        connections.close_all()
    jobs: list[dict[str, Any]] = []
    if not options.pages:
        say("Measuring the jobs")
        jobs = measure_jobs(searches=QUICK_SEARCHES if options.quick else SEARCHES, say=say)
    counting.forget()  # the database is gone before this process ends
    threads = next(part.partition("=")[2] for part in command if part.startswith("--threads="))
    server = {
        "command": command,
        "workers": len(sizes[-1]["memory_mb_per_worker"]),
        "threads": int(threads),
        "connections_under_load": effort.connections,
    }
    return {"server": server, "sizes": sizes, "jobs": jobs}


def machine() -> dict[str, Any]:
    """Describe what was measured on; nothing that would name the machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT split_part(current_setting('server_version'), ' ', 1), current_setting('shared_buffers')"
        )
        postgresql, shared_buffers = cursor.fetchone()
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1_000_000_000),
        "python": platform.python_version(),
        "postgresql": postgresql,
        "shared_buffers": shared_buffers,
        "packages": {name: version(name) for name in ("Django", "psycopg", "gunicorn", "djangorestframework")},
    }


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, write the results; return the exit code. An aim that is not met is no failure."""
    options = read_arguments(arguments)
    signal.signal(signal.SIGTERM, _stop)
    try:
        results = run(options)
    except KeyboardInterrupt:
        return 130
    except (EmbeddedPostgresError, RuntimeError) as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    from benchmarks import report

    output = options.output or (None if options.quick or options.pages else RESULTS)
    if output is not None:
        report.write(results, output)
    print(report.as_text(results))
    return 0
