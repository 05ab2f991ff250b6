"""What libraries say to people is formal German, too: their catalogues are partly informal, partly incomplete."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

SPEAKING = (
    "django.forms",
    "django.core.validators",
    "django.contrib.auth",
    "rest_framework",
    "django_filters",
    "allauth.account",
    "allauth.core",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
)
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext_lazy"}
INFORMAL = re.compile(
    r"\b([Dd]u|[Dd]ein(e[rsnm]?)?|[Dd]ir|[Dd]ich|[Gg]ib|[Ww]ähle|[Vv]ersuche|[Ll]ade|[Kk]licke|[Ss]telle|[Pp]rüfe"
    r"|[Kk]ontaktiere|[Bb]enutze|[Ff]olge|[Bb]estätige|[Vv]erwende|[Nn]utze|[Ll]ass|[Kk]annst|[Mm]usst|[Hh]ast|[Bb]ist)\b"
)
NOT_SHOWN = {
    "django.contrib.auth": ("admin.py", "forms.py", "management", "models.py"),  # Django's own admin, not ours
    "rest_framework": ("authtoken", "schemas"),
    "allauth.account": ("models.py", "apps.py"),
    "allauth.socialaccount": ("providers", "models.py", "apps.py"),
    "allauth.mfa": ("apps.py", "models.py"),
    "allauth.usersessions": ("apps.py", "models.py"),
}
"""What no page of the portal shows: names of models and ways in that are switched off."""


def spoken() -> list[tuple[str, str]]:
    found = set()
    for name in SPEAKING:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        root = Path(spec.origin)
        files = root.parent.rglob("*.py") if root.name == "__init__.py" else [root]
        for file in files:
            if set(NOT_SHOWN.get(name, ())) & set(file.relative_to(root.parent).parts) or "tests" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                    texts = node.args[1:2] if node.func.id.startswith("p") else node.args[:1]
                    found |= {(name, one.value) for one in texts if isinstance(one, ast.Constant) and one.value}
    return sorted(found)


@pytest.mark.parametrize(("library", "message"), spoken())
def test_what_a_library_says_is_formal_german(library: str, message: str) -> None:
    with override("de"):
        said = gettext(message)
    assert not INFORMAL.search(said), said
    assert said != message or len(message.split()) == 1, "not translated"


def test_there_is_something_to_look_at() -> None:
    assert len(spoken()) > 150
    assert INFORMAL.search("Bitte gib dein Passwort ein.")
