#!/usr/bin/env python3
"""Make the front-end files that come from packages: `python scripts/assets.py` fills $VAR_DIR/assets.

Nothing third-party lies in the repository and nothing is fetched by a reader's browser from elsewhere: what a page
needs is taken from `node_modules` and served from our own origin.

- `vendor/kern.min.css`: KERN UX, only the parts named below. The whole of it is 340 kB of rules for components,
  grids and utilities that no page here has.
- `fonts/*.woff2`: Fira Sans in the two weights in use, cut to Latin; the letters of Latin Extended-A (Sorbian, Polish,
  Czech) lie in files of their own, which a browser only fetches for a page that has one of them.
- `vendor/accessible-autocomplete.min.js`: the combobox.

The same input gives the same bytes. A second run notices that nothing changed and ends within milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
KERN = NODE_MODULES / "@kern-ux" / "native"
AUTOCOMPLETE = NODE_MODULES / "accessible-autocomplete"

# Whoever uses another part of KERN in a template adds it here; tests/browser/test_assets.py finds what is missing.
KERN_PARTS = frozenset(
    (
        "accordion",
        "alert",
        "badge",
        "body",
        "btn",
        "error",
        "fieldset",
        "form-check",
        "form-input",
        "heading",
        "hint",
        "icon",
        "label",
        "link",
        "list",
        "sr-only",
        "table",
        "text",
        "title",
    )
)
KERN_ICONS = frozenset(
    (
        "account-circle",
        "arrow-down",
        "arrow-forward",
        "brightness-medium",
        "check",
        "close",
        "danger",
        "dark-mode",
        "default",
        "dehaze",
        "download",
        "easy-language",
        "help",
        "home",
        "info",
        "large",
        "light-mode",
        "mail",
        "open-in-new",
        "search",
        "sign-language",
        "small",
        "success",
        "warning",
    )
)

WEIGHTS = {400: "Regular", 600: "SemiBold"}
LATIN = (
    "U+0020-007E U+00A0-00FF U+0131 U+0152-0153 U+2010-2015 U+2018-201E U+2020-2022 U+2026 U+202F U+2030 U+2032-2033 "
    "U+2039-203A U+20AC U+2122 U+2190-2193 U+2212 U+2215"
)
LATIN_EXTENDED = "U+0100-0130 U+0132-0151 U+0154-017F U+0218-021B U+1E9E"
SUBSETS = {"latin": LATIN, "latin-ext": LATIN_EXTENDED}
FEATURES = ["kern", "liga", "locl", "ccmp", "mark", "tnum", "lnum"]


def sources() -> list[Path]:
    """Return every file that the result depends on, this one included."""
    fonts = KERN / "dist" / "fonts" / "fira-sans"
    return [
        Path(__file__).resolve(),
        KERN / "dist" / "kern.min.css",
        *(fonts / f"FiraSans-{name}.woff2" for name in WEIGHTS.values()),
        AUTOCOMPLETE / "dist" / "accessible-autocomplete.min.js",
    ]


def fingerprint() -> str:
    """Hash all sources.

    Raises:
        FileNotFoundError: an npm package is missing.
    """
    state = hashlib.sha256()
    for path in sources():
        state.update(hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()


# --- the part of KERN that is used ------------------------------------------------------------------------------


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Yield each top-level rule of minified CSS as prelude and body; quotes may hold braces.

    Raises:
        ValueError: braces do not match.
    """
    depth, start, opened = 0, 0, 0
    quote = ""
    for position, character in enumerate(css):
        if quote:
            if character == quote and css[position - 1] != "\\":
                quote = ""
        elif character in "\"'":
            quote = character
        elif character == "{":
            if depth == 0:
                opened = position
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened], css[opened + 1 : position]
                start = position + 1
    if depth or quote or css[start:].strip():
        raise ValueError("The style sheet of KERN cannot be read: its braces do not match.")


def selectors(prelude: str) -> list[str]:
    """Split at the commas that stand outside of brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(prelude):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(prelude[start:position])
            start = position + 1
    return [*parts, prelude[start:]]


def is_used(class_name: str) -> bool:
    """Say whether `kern-…` belongs to a part that is used."""
    name = class_name.removeprefix("kern-")
    if name.startswith("icon--"):
        return name.removeprefix("icon--") in KERN_ICONS
    return any(name == part or name.startswith((f"{part}-", f"{part}__")) for part in KERN_PARTS)


def reduced(css: str) -> str:
    """Leave out the rules that only style unused classes; everything without a class of KERN stays."""
    kept = []
    for prelude, body in blocks(css):
        if prelude.startswith("@media"):
            if inner := reduced(body):
                kept.append(f"{prelude}{{{inner}}}")
            continue
        wanted = [
            selector
            for selector in selectors(prelude)
            if all(is_used(name) for name in re.findall(r"\.((?:kern-)[\w-]+)", _without_is(selector)))
            and not re.search(r"(?:^|[\s>+~])\.(?!kern-)[a-z]", selector)
        ]
        if wanted:
            kept.append(f"{','.join(wanted)}{{{body}}}")
    return "".join(kept)


def _without_is(selector: str) -> str:
    """Leave out what stands in `:is(…)`, `:where(…)` and `:not(…)`: alternatives and exceptions, not conditions."""
    return re.sub(r":(?:is|where|not)\((?:[^()]|\([^()]*\))*\)", "", selector)


def kern_css() -> str:
    """Return the style sheet, with its licence at the top.

    Raises:
        ValueError: it would make a browser ask for something, which only `data:` addresses do not.
    """
    css = (KERN / "dist" / "kern.min.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).removeprefix('@charset "UTF-8";').strip()
    version = json.loads((KERN / "package.json").read_text(encoding="utf-8"))["version"]
    css = reduced(css)
    outside = [url for url in re.findall(r"url\(\s*[\"']?([^\"')]*)", css) if not url.startswith("data:")]
    if outside or "@import" in css:
        raise ValueError(f"The style sheet of KERN asks for files: {outside or '@import'}")
    return f'@charset "UTF-8";/*! KERN UX {version}, EUPL-1.2, reduced to the parts in use */{css}\n'


# --- fonts -------------------------------------------------------------------------------------------------------


def font(weight: str, characters: str) -> bytes:
    """Cut a face of Fira Sans to the characters given as `U+…` ranges; return it as woff2."""
    from fontTools import subset  # noqa: PLC0415 - slow to load, and needed only when something changed

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False, recalc_timestamp=False)
    result = BytesIO()
    source = KERN / "dist" / "fonts" / "fira-sans" / f"FiraSans-{weight}.woff2"
    with subset.load_font(str(source), options) as face:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=subset.parse_unicodes(characters))
        subsetter.subset(face)
        subset.save_font(face, result, options)
    return result.getvalue()


# --- all of it ---------------------------------------------------------------------------------------------------


def build(folder: Path) -> None:
    """Write every file below `folder`."""
    (folder / "vendor").mkdir(parents=True)
    (folder / "fonts").mkdir()
    (folder / "vendor" / "kern.min.css").write_text(kern_css(), encoding="utf-8")
    script = (AUTOCOMPLETE / "dist" / "accessible-autocomplete.min.js").read_text(encoding="utf-8")
    script = re.sub(r"\n?//# sourceMappingURL=.*", "", script).rstrip()
    version = json.loads((AUTOCOMPLETE / "package.json").read_text(encoding="utf-8"))["version"]
    licence = f"accessible-autocomplete {version}, © 2017 Crown Copyright (Government Digital Service), MIT"
    (folder / "vendor" / "accessible-autocomplete.min.js").write_text(f"/*! {licence} */\n{script}\n", encoding="utf-8")
    for number, name in WEIGHTS.items():
        for subset_name, characters in SUBSETS.items():
            (folder / "fonts" / f"fira-sans-{number}-{subset_name}.woff2").write_bytes(font(name, characters))


def make(target: Path) -> bool:
    """Bring `target` up to date; return whether anything had to be done.

    A run that is interrupted leaves the old state: the new folder is complete before it takes the old one's place.

    Raises:
        FileNotFoundError: an npm package is missing.
    """
    stamp = target / ".made-from"
    wanted = fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".assets-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        build(fresh)
        (fresh / stamp.name).write_text(wanted, encoding="ascii")
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=".assets-", dir=target.parent))
            target.rename(old / "old")
            fresh.rename(target)
            shutil.rmtree(old)
        else:
            fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def main() -> int:
    """Make the files; return the exit code."""
    target = Path(os.environ.get("VAR_DIR") or ROOT / "var") / "assets"
    try:
        changed = make(target)
    except FileNotFoundError as error:
        print(f"{error.filename} is missing: run `npm ci` first.", file=sys.stderr)
        return 1
    print(f"{target}: {'made' if changed else 'up to date'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
