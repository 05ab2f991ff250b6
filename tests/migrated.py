"""Servers of tests' own begin with what `make test` has migrated once (``scripts/checks.py``), where it is at hand."""

import subprocess
from pathlib import Path

from competence_centre.embedded import ROOT, EmbeddedPostgres

MIGRATED = ROOT / "var" / "test" / "migrated" / "postgres"
NOTHING = "template1"


def copy_to(folder: Path) -> None:
    """Copy the migrated server to a folder that is not there yet; do nothing without one."""
    if MIGRATED.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", MIGRATED, folder], check=True)  # with the owner, who is not root


def template_of(server: EmbeddedPostgres) -> str:
    """Return the migrated database of a running server, or the empty one that every server has."""
    with server.connect() as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^template_[0-9a-f]+$'").fetchone()
    return found[0] if found else NOTHING
