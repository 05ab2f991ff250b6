"""The set-up: finding a Python that works, and repairing what was interrupted."""

# ruff: noqa: PLW1510 - the tests look at the exit codes themselves

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import bootstrap  # noqa: E402 - lies in scripts/
import find_python  # noqa: E402

BROKEN = {  # a program that looks like a Python but is none, and how
    "shim without a Python behind it": "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n",
    "interpreter that is gone": "#!/nonexistent/bash\n",
    "says nothing": "#!/bin/sh\nexit 0\n",
    "says nonsense": "#!/bin/sh\necho hello\n",
    "answers with a list": "#!/bin/sh\necho '[3, 13]'\n",
    "no program at all": "\x7fELF",
}


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def claims(version, final=True):
    """A program that answers the probe as a Python of that version would."""
    answer = json.dumps({"version": version, "final": final, "executable": f"/fake/{version}"})
    return f"#!/bin/sh\necho '{answer}'\n"


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_python_that_does_not_work_is_passed_over(tmp_path, monkeypatch, text):
    broken = program(tmp_path / "a" / "python3.13", text)
    good = program(tmp_path / "b" / "python3.12", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    monkeypatch.setattr(find_python, "candidates", lambda: [str(broken), str(good)])
    executable, version = find_python.find_python()
    assert version == sys.version_info[:3]
    assert Path(executable).resolve() == Path(sys.executable).resolve()


def test_python_that_hangs_is_passed_over(tmp_path, monkeypatch):
    slow = program(tmp_path / "python3.13", "#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(find_python, "PATIENCE", 0.2)
    assert find_python.probe(slow) is None


def test_python_behind_a_broken_shim_is_found_in_its_pyenv(tmp_path, monkeypatch):
    shim = program(tmp_path / "pyenv" / "shims" / "python3.13", BROKEN["shim without a Python behind it"])
    real = program(tmp_path / "pyenv" / "versions" / "3.13.0" / "bin" / "python3.13", claims([3, 13, 0]))
    monkeypatch.setenv("PATH", f"{shim.parent}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    assert find_python.candidates()[:2] == [str(shim), str(real)]
    assert find_python.find_python() == ("/fake/[3, 13, 0]", (3, 13, 0))


@pytest.mark.parametrize("variable, place", [
    ("PYENV_ROOT", "versions/3.12.1/bin/python3.12"),
    ("UV_PYTHON_INSTALL_DIR", "cpython-3.12.1-linux/bin/python3.12"),
    ("HOME", ".pyenv/versions/3.12.1/bin/python3.12"),
    ("HOME", ".local/share/uv/python/cpython-3.12/bin/python3.12"),
    ("PATH", "python3.12"),
])  # fmt: skip
def test_python_is_found_wherever_it_usually_lies(tmp_path, monkeypatch, variable, place):
    real = program(tmp_path / place, claims([3, 12, 1]))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("HOME", "/nonexistent")
    for name in ("PYENV_ROOT", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.delenv(name, raising=False)
    assert str(real) not in find_python.candidates()
    monkeypatch.setenv(variable, str(tmp_path))
    assert str(real) in find_python.candidates()


@pytest.mark.parametrize("versions, chosen", [
    ([[3, 12, 1], [3, 13, 0]], (3, 13, 0)),
    ([[3, 14, 2], [3, 12, 1]], (3, 12, 1)),
    ([[3, 11, 2], [3, 14, 0]], (3, 14, 0)),
    ([[3, 15, 0], [3, 11, 2]], (3, 15, 0)),
])  # fmt: skip
def test_best_python_is_chosen(tmp_path, monkeypatch, versions, chosen):
    paths = [str(program(tmp_path / str(n) / "python3", claims(version))) for n, version in enumerate(versions)]
    monkeypatch.setattr(find_python, "candidates", lambda: paths)
    assert find_python.find_python()[1] == chosen


def test_no_python_is_said_with_everything_that_was_tried(tmp_path, monkeypatch):
    old = program(tmp_path / "python3", claims([3, 11, 2]))
    unfinished = program(tmp_path / "python3.13", claims([3, 13, 0], final=False))
    monkeypatch.setattr(find_python, "candidates", lambda: [str(unfinished), str(old)])
    with pytest.raises(find_python.SetupError) as error:
        find_python.find_python()
    assert f"{old}: is 3.11.2" in str(error.value)
    assert f"{unfinished}: does not work" in str(error.value)


def test_scripts_run_on_python_3_9():
    """Debian's own python3 is older than what the portal needs; it has to read these files nevertheless."""
    import ast

    for name in ("bootstrap.py", "find_python.py"):
        ast.parse((ROOT / "scripts" / name).read_text(), feature_version=(3, 9))


@pytest.mark.parametrize("home", [None, "/nonexistent", "/proc"])
def test_caches_go_to_var_where_there_is_no_home(tmp_path, monkeypatch, home):
    monkeypatch.setattr(bootstrap, "VAR", tmp_path)
    monkeypatch.setattr(bootstrap, "_home_of_account", lambda: "/nonexistent")
    for name in ("XDG_CACHE_HOME", "UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache", "HOME"):
        monkeypatch.delenv(name, raising=False)
    if home:
        monkeypatch.setenv("HOME", home)
    environment = bootstrap.usable_environment()
    writable = [
        environment[name] for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache") if name in environment
    ]
    if home == "/proc" and os.geteuid() == 0:  # root may write everywhere as far as access() knows
        assert environment["HOME"] == "/proc"
    elif home == "/proc":
        assert writable == [str(tmp_path / "cache" / name) for name in ("uv", "pip", "npm")]
    else:
        assert environment["HOME"] == str(tmp_path / "home")


def test_caches_stay_where_they_are_in_a_good_home(tmp_path, monkeypatch):
    for name in ("XDG_CACHE_HOME", "UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    environment = bootstrap.usable_environment()
    assert environment["HOME"] == str(tmp_path)
    assert {"UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache"} & set(environment) == set()


@pytest.fixture
def checkout(tmp_path):
    """A copy of the set-up whose locks name nothing but uv."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements").mkdir()
    lock = (ROOT / "requirements" / "development.txt").read_text()
    uv = re.search(r"^uv==(?:[^\n]*\\\n)*[^\n]*\n", lock, flags=re.MULTILINE).group()
    for name in ("development", "production"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(uv)
    return tmp_path


def install(checkout):
    """Run the part of the set-up that makes `.venv`, in a process of its own; return what it said."""
    program = (
        "import bootstrap as b; b.VAR.mkdir(exist_ok=True);"
        "b.install_python_packages('production', b.usable_environment())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=checkout / "scripts", capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_half_made_venv_is_repaired(checkout):
    """Killed at any point, the next run completes it; and one that is whole is left alone."""
    venv = checkout / ".venv"
    assert "Making .venv" in install(checkout)
    assert install(checkout) == ""

    (venv / "installed.json").unlink()  # killed while packages were being installed
    assert "Installing the Python packages" in install(checkout)

    (venv / "made-in").unlink()  # killed while the environment was being made
    (venv / "bin" / "python").unlink()
    assert "Making .venv" in install(checkout)

    moved = checkout.with_name("moved")  # its programs hold the old path
    checkout.rename(moved)
    assert "Making .venv" in install(moved)
    assert subprocess.run([moved / ".venv" / "bin" / "uv", "--version"], capture_output=True).returncode == 0


def test_npm_packages_are_installed_once_for_each_lock_and_again_after_an_interruption(tmp_path, monkeypatch):
    npm = program(tmp_path / "bin" / "npm", '#!/bin/sh\nmkdir -p node_modules\necho "$@" >> asked\n')
    monkeypatch.setattr(bootstrap, "system_npm", lambda: ([str(npm)], {}))
    folder = tmp_path / "tool"
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_text("{}")

    def install(finish=None):
        bootstrap.install_from_lock(folder, dict(os.environ), "a tool", finish)
        return len((folder / "asked").read_text().splitlines())

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(interrupt)
    assert [install(), install()] == [2, 2]
    (folder / "package-lock.json").write_text('{"changed": true}')
    assert [install(), install()] == [3, 3]
    assert set((folder / "asked").read_text().splitlines()) == {
        "ci --ignore-scripts --no-audit --no-fund --loglevel=error"
    }


def test_usage_is_told():
    done = subprocess.run(
        [sys.executable, "scripts/bootstrap.py", "nonsense"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "usage: bootstrap.py {run|test|check|bench|audit|search-quality|develop}" in done.stderr
