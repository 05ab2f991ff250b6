"""Compiling the translations without the gettext programs, which a bare machine lacks.

It has to happen before ``django.setup()``: importing the models reads the catalogue already, and Django keeps what it
has read. A process that starts in a fresh checkout would speak English until it ends.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_catalogues(folders: Iterable[Path] = (LOCALE,)) -> list[Path]:
    """Write a .mo file beside every .po file that is newer than it, and return the .po files that were.

    Several processes may do so at once: each writes a file of its own and puts it in place whole.
    """
    compiled = []
    for folder in folders:
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            unfinished = target.with_suffix(f".mo.part{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(unfinished))
            unfinished.replace(target)
            compiled.append(source)
    return compiled
