"""Find a Python on this machine that the portal can run on. Itself content with Python 3.9."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

# Tried in this order; what is newer than the versions we test on comes last, what is older never.
PREFERRED = ((3, 13), (3, 12), (3, 14))
OLDEST = (3, 12)
PATIENCE = 30  # seconds for a candidate to answer

# What a candidate must be able to do. The base executable leads out of virtual environments and shims.
PROBE = """
import ctypes, ensurepip, json, ssl, sys, venv, zlib
print(json.dumps({
    "version": sys.version_info[:3],
    "final": sys.version_info.releaselevel == "final",
    "executable": getattr(sys, "_base_executable", None) or sys.executable,
}))
"""


class SetupError(Exception):
    """The set-up cannot go on; the text says why and what helps."""


def probe(executable: str | Path) -> dict[str, Any] | None:
    """Run `executable` and return what it says about itself, or None if it is no Python that works.

    Only running it tells: a shim on the PATH may exist, be executable, and still have no Python behind it.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    try:
        done = subprocess.run(
            [str(executable), "-I", "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            env=environment,
            check=False,
        )
        found = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    if not isinstance(found, dict) or not found.get("final"):
        return None
    return {"version": tuple(found["version"]), "executable": found["executable"]}


def candidates() -> list[str]:
    """Return the paths where a Python may lie, each once: PATH, pyenv, uv, asdf, mise, conda, /opt, /usr."""
    folders = [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    home = Path(os.environ.get("HOME") or "/nonexistent")
    # A pyenv shim on the PATH tells where its pyenv lies, even if that is in nobody's home.
    pyenvs = [folder.parent for folder in folders if folder.name == "shims"]
    pyenvs += [Path(os.environ.get("PYENV_ROOT") or home / ".pyenv"), home / ".pyenv", Path("/opt/pyenv")]
    uv_folder = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local/share/uv/python")
    patterns = [
        *((root, "versions/*/bin") for root in pyenvs),
        (uv_folder, "*/bin"),
        (home, ".asdf/installs/python/*/bin"),
        (home, ".local/share/mise/installs/python/*/bin"),
        (home, "*conda*/bin"),
        (Path("/opt"), "*/bin"),
        (Path("/opt/python"), "*/bin"),
        (Path("/usr/local"), "*/bin"),
        (Path("/usr/local/pyenv"), "versions/*/bin"),
    ]
    for root, pattern in patterns:
        with contextlib.suppress(OSError):
            folders += sorted(root.glob(pattern), reverse=True)
    folders += [home / ".local/bin", Path("/usr/local/bin"), Path("/usr/bin"), Path("/bin")]
    names = [f"python{major}.{minor}" for major, minor in PREFERRED] + ["python3"]
    paths = (str(folder / name) for name in names for folder in folders)
    return list(dict.fromkeys(path for path in paths if os.access(path, os.X_OK)))


def find_python() -> tuple[str, tuple[int, ...]]:
    """Return executable and version of the best Python on this machine.

    Raises:
        SetupError: when there is none, listing what was tried.
    """
    tried: list[str] = []
    best: dict[tuple[int, ...], tuple[str, tuple[int, ...]]] = {}
    for path in candidates():
        result = probe(path)
        if result is None:
            tried.append(f"  {path}: does not work")
            continue
        version, executable = result["version"], result["executable"]
        if version[:2] < OLDEST:
            tried.append(f"  {path}: is {'.'.join(map(str, version))}")
            continue
        best.setdefault(version[:2], (executable, version))
        if version[:2] == PREFERRED[0]:
            break
    for wanted in PREFERRED:
        if wanted in best:
            return best[wanted]
    if best:
        return best[max(best)]
    raise SetupError(
        "The portal needs Python 3.12 or 3.13 with venv, pip, ssl and ctypes. None was found:\n"
        + ("\n".join(tried) or "  no python3 anywhere")
        + "\nInstall one (with pyenv, or the packages python3.13 and python3.13-venv) and try again."
    )
