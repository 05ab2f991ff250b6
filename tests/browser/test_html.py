"""What the server sends is valid: every kind of page, our style sheets and drawings, by the W3C's checker (vnu)."""

import json
import shutil
import subprocess
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Browser

from tests.browser.conftest import DEMONSTRATION, ROOT, Site, open_window

VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
DRAWINGS = sorted((ROOT / "static").rglob("*.svg"))

NEWER_THAN_THE_CHECKER = (
    "CSS: Unrecognized at-rule “@container”",
    "CSS: “container-type”: Property “container-type” doesn't exist.",
    "CSS: “width”: The types are incompatible.",  # calculations with a custom property
    "CSS: “max-width”: The types are incompatible.",
)
"""What the checker does not know yet, and every browser of the last years does."""
IN_ENGLISH = "This document appears to be written in English"
"""A guess of the checker's; right about a page that has lost its translations, wrong about pages full of code."""
FULL_OF_CODE = ("styleguide", "api:docs")

pytestmark = pytest.mark.requires("java")


def complaints(folder: Path) -> dict[str, list[str]]:
    """Return what the checker says about each file: errors and warnings, but not its hints."""
    what = ["--also-check-css", "--also-check-svg"]
    command = ["java", "-Xss4m", "-jar", str(VNU), "--format", "json", "--stdout", "--exit-zero-always", *what, folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = defaultdict(list)
    for message in json.loads(done.stdout)["messages"]:
        text = message["message"]
        known = text.startswith(NEWER_THAN_THE_CHECKER)
        if not known and (message["type"] != "info" or message.get("subType") == "warning"):
            excerpt = " ".join(message.get("extract", "").split())
            found[Path(message.get("url", "")).name].append(f"{text} – {excerpt}")
    return dict(found)


def test_every_page_style_sheet_and_drawing_is_valid(
    shared_site: Site, browser: Browser, server: str, tmp_path: Path
) -> None:
    names = {}
    with override_settings(**DEMONSTRATION), open_window(browser, server, script=False) as window:
        for number, kind in enumerate(shared_site.kinds()):
            names[f"{number}.html"] = kind.name
            with suppress(AssertionError):  # test_pages.py tells which page does not answer as it should
                (tmp_path / f"{number}.html").write_text(kind.open(window.page, shared_site), encoding="utf-8")
        for drawing in ("/karte/deutschland.svg",):
            answer = window.page.request.get(drawing)
            (tmp_path / Path(drawing).name).write_bytes(answer.body())
    for file in STYLES + DRAWINGS:
        shutil.copy(file, tmp_path)
    pages = defaultdict(list)
    for file_name, problems in complaints(tmp_path).items():
        name = names.get(file_name, file_name)
        for problem in problems:
            if not (name in FULL_OF_CODE and problem.startswith(IN_ENGLISH)):
                pages[problem].append(name)
    if pages:
        told = [f"{problem}\n    on: {', '.join(dict.fromkeys(where))}" for problem, where in pages.items()]
        pytest.fail("\n".join(told), pytrace=False)


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    good = '<!doctype html><html lang="de"><head><title>Gut</title></head><body><h1>Gut</h1>{}</body></html>'
    for name, fault in {
        "good": "",
        "error": "<p><table></p>",
        "twice": "<p id=a>1</p><p id=a>2</p>",
        "warning": "<section><p>ohne Überschrift</p></section>",
        "link": "<a role=button href=x>x</a><label for=nirgends>x</label>",
    }.items():
        (tmp_path / f"{name}.html").write_text(good.format(fault), encoding="utf-8")
    (tmp_path / "broken.css").write_text("p { colour: red }", encoding="utf-8")
    (tmp_path / "broken.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"></svg>')
    assert set(complaints(tmp_path)) == {
        "error.html",
        "twice.html",
        "warning.html",
        "link.html",
        "broken.css",
        "broken.svg",
    }
