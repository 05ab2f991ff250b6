"""Run every check that needs no test: `make check`. With `--then-test`, run pytest afterwards: `make test`.

All checks run, whatever the one before said; the list of those that failed stands at the end.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
MANAGE = [PYTHON, "manage.py"]

# As in production, so that `check --deploy` judges what will run there.
PRODUCTION = {
    "SECRET_KEY": "only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "ALLOWED_HOSTS": "portal.example",
    "BEHIND_PROXY": "on",
}


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
        (
            "migrations match the models",
            # Whether a database is there does not matter here; Django would warn that none is.
            [PYTHON, "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run"],
        ),
        ("messages are translated", [*MANAGE, "check_catalogues"]),
        ("schema of the API", [*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull]),
    ]


def run_checks() -> list[str]:
    """Run all checks, print what failed, and return the titles of those."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "DEMO", "SECURE_TLS"}}
    environment = kept | PRODUCTION | {"DJANGO_SETTINGS_MODULE": "competence_centre.settings"}
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


def main(arguments: list[str]) -> int:
    """Run the checks, and with `--then-test` pytest with the other arguments; return the exit code."""
    failed = run_checks()
    if "--then-test" in arguments:
        rest = [argument for argument in arguments if argument != "--then-test"]
        # pytest repeats the failed checks above its closing line.
        environment = os.environ | {"CHECKS_FAILED": "; ".join(failed)}
        tested = subprocess.run([PYTHON, "-m", "pytest", *rest], cwd=ROOT, env=environment, check=False)
        return tested.returncode or bool(failed)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
