"""Judge the main kinds of page by Lighthouse, as production serves them: `make audit`.

Starts a database of its own with the demonstration data and production's web server with compressed files, both below
`var/audit`, asks Lighthouse about each page as desktop and as mobile device, and prints a table. The exit code is 1
when a page has fewer than 98 of 100 points in a category. Other addresses: `make audit ARGS="/leitfaeden/ /kommunen/"`.
"""

# ruff: noqa: PLC0415 - Django is imported only after the environment that its settings read is complete

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.bench import decide_environment  # noqa: E402 - lies beside this folder
from benchmarks.client import HOST  # noqa: E402 - as above
from benchmarks.processes import PORTAL, Server  # noqa: E402 - as above
from competence_centre.catalogues import compile_catalogues  # noqa: E402 - as above
from competence_centre.embedded import EmbeddedPostgres, EmbeddedPostgresError  # noqa: E402 - as above
from competence_centre.preparation import _fingerprint_of_static_files  # noqa: E402 - as above

LIGHTHOUSE = ROOT / "var" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
DATABASE = "audit"
ENOUGH = 98  # points of 100
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
DEVICES = {"mobile": [], "desktop": ["--preset=desktop"]}
ATTEMPTS = 3  # a busy machine spoils a measurement of time: below the mark the middle one of three counts
ON_PURPOSE = {"search": ["--skip-audits=is-crawlable"]}  # the results of a search are kept out of search engines
PATIENCE = 180  # seconds for one page
CHROMIUM_FLAGS = (
    "--headless=new --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)

_started = time.monotonic()


@dataclass(frozen=True)
class Verdict:
    """What Lighthouse says about a page: points by category, and what cost points."""

    points: dict[str, int]
    faults: list[str]


def say(text: str) -> None:
    """Tell how far we are."""
    print(f"[{time.monotonic() - _started:6.1f} s] {text}", file=sys.stderr, flush=True)


# --- the portal as production runs it ---


def prepare(var: Path) -> None:
    """Set up Django, the static files with their compressed copies, the database and the demonstration data."""
    assets = [sys.executable, str(ROOT / "scripts" / "assets.py")]
    if (done := subprocess.run(assets, capture_output=True, text=True, check=False)).returncode:
        raise RuntimeError(f"{assets[1]} failed:\n{done.stdout}{done.stderr}")
    import django
    from django.core.management import call_command

    compile_catalogues()
    django.setup()
    stamp, inputs = var / "static.stamp", _fingerprint_of_static_files()
    if not stamp.exists() or stamp.read_text() != inputs:
        stamp.unlink(missing_ok=True)
        say("Collecting and compressing the static files")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(inputs)
    say("Loading the demonstration data")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("found", verbosity=0)
    call_command("demo", verbosity=0)


def main_pages() -> Iterator[tuple[str, str]]:
    """Yield name and address of the pages that are judged: those that most visits begin at."""
    from django.contrib.auth.models import AnonymousUser
    from django.urls import reverse

    from funding.models import Programme
    from portal.content.models import GuidePage
    from portal.directory.models import Municipality

    reader = AnonymousUser()
    yield "home", reverse("home")
    yield "list", reverse("funding:programme_list")
    yield "detail", Programme.objects.visible_to(reader).earliest("pk").get_absolute_url()
    yield "guide", GuidePage.objects.live().public().earliest("pk").get_url()
    yield "municipality", Municipality.objects.current().earliest("pk").get_absolute_url()
    yield "search", f"{reverse('search:results')}?q=Digitalisierung"


# --- the judge ---


def ask_lighthouse(url: str, options: Sequence[str]) -> Verdict:
    """Let Lighthouse look at a page.

    Raises:
        RuntimeError: it could not; with what it said.
    """
    flags = CHROMIUM_FLAGS if os.geteuid() else f"{CHROMIUM_FLAGS} --no-sandbox"
    command = ["node", str(LIGHTHOUSE), url, "--output=json", "--quiet", "--no-enable-error-reporting"]
    command += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}", *options]
    environment = os.environ | {"CHROME_PATH": str(shutil.which("chromium"))}
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    try:
        result: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise RuntimeError(f"Lighthouse failed on {url}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}") from error
    if "runtimeError" in result:
        raise RuntimeError(f"Lighthouse could not look at {url}: {result['runtimeError'].get('message')}")
    points = {name: round((result["categories"][name]["score"] or 0) * 100) for name in CATEGORIES}
    return Verdict(points, list(_faults(result)))


def _faults(result: dict[str, Any]) -> Iterator[str]:
    """Yield what cost points, with the first places where it was found."""
    for name in CATEGORIES:
        for reference in result["categories"][name]["auditRefs"]:
            audit = result["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                items = audit.get("details", {}).get("items", [])
                places = [item.get("node", {}).get("selector") or item.get("url") or "" for item in items[:3]]
                shown = audit.get("displayValue") or "; ".join(filter(None, places))
                yield f"{name}: {audit['id']} {audit['score']:.2f} {shown}".rstrip()


def judge(url: str, options: Sequence[str]) -> Verdict:
    """Return the verdict on a page; where only time was short, the middle one of several."""
    verdicts = [ask_lighthouse(url, options)]
    while verdicts[0].points["performance"] < ENOUGH and len(verdicts) < ATTEMPTS:
        verdicts.append(ask_lighthouse(url, options))
    middle = statistics.median_low([verdict.points["performance"] for verdict in verdicts])
    return next(verdict for verdict in verdicts if verdict.points["performance"] == middle)


# --- all of it ---


def audit(addresses: Sequence[str]) -> int:
    """Judge the pages, print the table and return the exit code."""
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve() / "audit"
    (var / "log").mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(var / "postgres", announce=say) as database:
        with database.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        database.ensure_database(DATABASE)
        decide_environment(var, database.url(DATABASE))
        os.environ["DEMO"] = "on"
        prepare(var)
        from django.db import connections

        pages = [(address, address) for address in addresses] or list(main_pages())
        connections.close_all()
        enough = True
        print(f"{'page':<24} {'device':<8} " + " ".join(f"{name:>14}" for name in CATEGORIES), flush=True)
        with Server(PORTAL, var / "log" / "web.log") as server:
            for name, address in pages:
                for device, options in DEVICES.items():
                    url = f"http://{HOST}:{server.port}{address}"
                    verdict = judge(url, [*options, *ON_PURPOSE.get(name, [])])
                    points = " ".join(f"{verdict.points[category]:>14}" for category in CATEGORIES)
                    print(f"{name:<24} {device:<8} {points}", flush=True)
                    for fault in verdict.faults:
                        print(f"    {fault}", flush=True)
                    enough = enough and min(verdict.points.values()) >= ENOUGH
    print(f"Every page has {ENOUGH} points or more." if enough else f"A page has fewer than {ENOUGH} points.")
    return 0 if enough else 1


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    """Read the command line and run the audit; return the exit code."""
    parser = argparse.ArgumentParser(prog="make audit", description="Judge pages by Lighthouse.")
    parser.add_argument("addresses", nargs="*", metavar="/PATH/", help="other pages than the main ones")
    options = parser.parse_args(arguments)
    if any(not address.startswith("/") for address in options.addresses):
        parser.error("An address is a path of the portal and begins with a slash.")
    if shutil.which("chromium") is None:
        print("The audit needs Chromium: apt-get install chromium", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _stop)
    try:
        return audit(options.addresses)
    except KeyboardInterrupt:
        return 130
    except (EmbeddedPostgresError, RuntimeError, subprocess.TimeoutExpired) as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
