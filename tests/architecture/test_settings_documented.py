"""Every setting stands in `.env.example` and in docs/operations.md, and nothing else does."""

import ast
import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = ROOT / "competence_centre" / "settings.py"


def read_in_settings() -> set[str]:
    """Names read by `env.str("NAME")`, `env("NAME")`, `os.environ["NAME"]`, `os.environ.get("NAME")`."""
    names = set()
    for node in ast.walk(ast.parse(SETTINGS.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] in {"env", "os"}:
            names |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant)}
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            names.add(ast.literal_eval(node.slice))
    return names


def read_in_compose() -> set[str]:
    """Names that docker-compose.yml takes from `.env`: `${NAME}`, `${NAME:-default}`, `${NAME:?error}`."""
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def explained_in_example() -> dict[str, str]:
    """Each name of `.env.example` with the comment line above it."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = {}
    for before, line in itertools.pairwise(lines):
        if match := re.match(r"#?([A-Z_]+)=", line):
            found[match[1]] = before
    return found


def listed_in_operations() -> set[str]:
    """Names in the first column of the tables of docs/operations.md."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE))


def test_settings_source_is_read():
    """The search finds what is known to be there: else the comparisons below would compare nothing."""
    assert {"SECRET_KEY", "DATABASE_URL", "DEBUG"} <= read_in_settings()
    assert {"DOMAIN", "POSTGRES_PASSWORD"} <= read_in_compose()


def test_env_example_is_complete():
    assert set(explained_in_example()) == read_in_settings() | read_in_compose()


@pytest.mark.parametrize("name", sorted(explained_in_example()))
def test_env_example_explains_each_setting(name):
    above = explained_in_example()[name]
    assert above.startswith("# ")
    assert not above.startswith("# ---")


def test_operations_guide_is_complete():
    assert listed_in_operations() == read_in_settings() | read_in_compose()
