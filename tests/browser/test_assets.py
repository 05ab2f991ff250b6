"""The front-end files made from packages: complete, reproducible, without requests to elsewhere."""

import re
import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SORBIAN = "áčćďěłńóřśšžŁŠŽ"


@pytest.fixture(scope="module")
def assets() -> ModuleType:
    specification = util.spec_from_file_location("assets", ROOT / "scripts" / "assets.py")
    assert specification is not None
    assert specification.loader is not None
    module = util.module_from_spec(specification)
    sys.modules["assets"] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(assets: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target: Path = tmp_path_factory.mktemp("var") / "assets"
    assert assets.make(target) is True
    return target


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_second_run_does_nothing_and_a_fresh_one_gives_the_same_bytes(
    assets: ModuleType, made: Path, tmp_path: Path
) -> None:
    assert assets.make(made) is False
    assert assets.make(tmp_path / "assets") is True
    assert contents(tmp_path / "assets") == contents(made)


def test_an_outdated_state_is_replaced_whole(assets: ModuleType, tmp_path: Path) -> None:
    target = tmp_path / "assets"
    target.mkdir()
    (target / ".made-from").write_text("something else", encoding="ascii")
    (target / "left-over.css").write_text("x", encoding="ascii")
    assert assets.make(target) is True
    assert not (target / "left-over.css").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["assets"]


def test_style_sheets_ask_for_no_file_but_our_own_fonts(made: Path) -> None:
    sheets = [*made.rglob("*.css"), *(ROOT / "static").rglob("*.css")]
    urls = {url for sheet in sheets for url in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text("utf-8"))}
    files = {url for url in urls if not url.startswith("data:")}
    assert files == {f"../fonts/{path.name}" for path in (made / "fonts").glob("*.woff2")}
    assert not any("@import" in sheet.read_text("utf-8") for sheet in sheets)


def test_every_class_of_kern_in_a_template_is_shipped(made: Path) -> None:
    shipped = set(re.findall(r"\.(kern-[\w-]+)", (made / "vendor" / "kern.min.css").read_text("utf-8")))
    folders = [ROOT / "templates", ROOT / "static" / "js"]
    text = "\n".join(path.read_text("utf-8") for folder in folders for path in folder.rglob("*") if path.is_file())
    used = set(re.findall(r"(?<![\w-])kern-[\w-]+", text)) - {"kern-ux"}
    whole = {name for name in used if not name.endswith("--")}
    stems = used - whole
    assert len(whole) > 10
    assert sorted(whole - shipped) == []
    assert [stem for stem in stems if not any(name.startswith(stem) for name in shipped)] == []


def test_fonts_have_the_letters_of_german_and_sorbian(made: Path) -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    for weight in (400, 600):
        characters: set[int] = set()
        for path in (made / "fonts").glob(f"fira-sans-{weight}-*.woff2"):
            characters |= set(ttlib.TTFont(path).getBestCmap())
        assert [letter for letter in f"äöüßÄÖÜẞ„“–€{SORBIAN}" if ord(letter) not in characters] == []


def test_unicode_ranges_of_the_style_sheet_are_those_of_the_fonts(assets: ModuleType) -> None:
    ranges = re.findall(r"unicode-range: ([^;]+);", (ROOT / "static" / "css" / "portal.css").read_text("utf-8"))
    wanted = [characters.split() for characters in assets.SUBSETS.values()]
    assert [text.split(", ") for text in ranges] == wanted * len(assets.WEIGHTS)
