"""Translations are compiled without gettext, whole, and before Django reads them."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import polib
import pytest
from django.utils import translation

from competence_centre.catalogues import LOCALE, compile_catalogues

FRESH_CHECKOUT = """
import sys, django
from pathlib import Path
from django.conf import settings
from competence_centre.catalogues import compile_catalogues
folder = Path(sys.argv[1])
settings.LOCALE_PATHS = [folder]
steps = {"compile": lambda: compile_catalogues([folder]), "setup": django.setup}
for step in sys.argv[2:]:
    steps[step]()
from django.utils.translation import gettext
print(gettext("Programming interface (API)"))
"""


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A folder of translations that nobody has compiled."""
    folder = tmp_path / "locale"
    shutil.copytree(LOCALE, folder, ignore=shutil.ignore_patterns("*.mo*"))
    return folder


@pytest.mark.parametrize(
    "steps, says",
    [
        (["compile", "setup"], "Programmierschnittstelle (API)"),
        (["setup", "compile"], "Programming interface (API)"),  # what a fresh checkout would speak
    ],
)
def test_a_process_speaks_german_from_its_first_start(fresh: Path, steps: list[str], says: str) -> None:
    command = [sys.executable, "-c", FRESH_CHECKOUT, str(fresh), *steps]
    done = subprocess.run(command, cwd=LOCALE.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == says


def test_only_what_has_changed_is_compiled(fresh: Path) -> None:
    source = fresh / "de" / "LC_MESSAGES" / "django.po"
    assert compile_catalogues([fresh]) == [source]
    assert compile_catalogues([fresh]) == []
    later = source.with_suffix(".mo").stat().st_mtime + 60
    os.utime(source, (later, later))
    assert compile_catalogues([fresh]) == [source]
    assert len(polib.mofile(str(source.with_suffix(".mo")))) > 1000
    assert [path.name for path in source.parent.iterdir() if "part" in path.name] == []


def test_several_may_compile_at_once(fresh: Path) -> None:
    failures: list[BaseException] = []
    command = [sys.executable, "-c", FRESH_CHECKOUT, str(fresh), "compile", "setup"]

    def start() -> None:
        try:
            done = subprocess.run(command, cwd=LOCALE.parent, capture_output=True, text=True, check=True)
            assert done.stdout.strip() == "Programmierschnittstelle (API)"
        except BaseException as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    threads = [threading.Thread(target=start) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("time", ["first", "second"])
def test_no_test_leaves_its_language_to_the_next(time: str) -> None:
    assert translation.get_language() == "de"
    translation.activate("en")
