import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from competence_centre.colours import (
    MEETING,
    PART,
    TEXT,
    as_hex,
    colour_pairs,
    contrast_of,
    oklab,
    tokens_of,
)
from competence_centre.styleguide import COMPONENTS, EXAMPLES, purpose, samples

ROOT = Path(__file__).resolve().parents[2]
INCLUDED = re.compile(r'\{% include "components/([\w-]+)\.html"')
STYLEGUIDE = reverse("styleguide")


def included(*files: Path) -> set[str]:
    """Names of the components that the files include, and those that these include in turn."""
    waiting, found = list(files), set[str]()
    while waiting:
        for name in set(INCLUDED.findall(waiting.pop().read_text("utf-8"))) - found:
            found.add(name)
            waiting.append(COMPONENTS / f"{name}.html")
    return found


# --- complete --------------------------------------------------------------------------------------------------------


def test_every_component_is_on_show() -> None:
    there = {path.stem for path in COMPONENTS.glob("*.html")}
    shown = included(*EXAMPLES.glob("*.html"), ROOT / "templates" / "base.html", EXAMPLES.parent / "page.html")
    assert len(there) > 30
    assert sorted(there - shown) == []


def test_an_example_shows_the_component_it_is_named_after() -> None:
    wrong = [
        path.name for path in EXAMPLES.glob("*.html") if path.stem not in INCLUDED.findall(path.read_text("utf-8"))
    ]
    assert wrong == []


def test_every_component_says_what_it_is_for() -> None:
    assert [path.name for path in COMPONENTS.glob("*.html") if len(purpose(path)) < 20] == []


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@override_settings(DEMO=True)
def test_the_style_guide_shows_source_and_result_of_each_component(client: Client) -> None:
    answer = client.get(STYLEGUIDE)
    assert answer.status_code == 200
    page = answer.content.decode()
    for path in EXAMPLES.glob("*.html"):
        assert f'id="component-{path.stem}"' in page
        assert f"{{% include &quot;components/{path.stem}.html&quot;" in page
    assert page.count("stepper__step--current") == 1
    assert "erika.mustermann" in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(name for name in set(ids) if ids.count(name) > 1) == []


@pytest.mark.django_db
def test_the_style_guide_is_for_development_and_demonstration_alone(client: Client) -> None:
    assert client.get(STYLEGUIDE).status_code == 404
    with override_settings(DEBUG=True):
        assert client.get(STYLEGUIDE).status_code == 200


@pytest.mark.django_db
def test_sample_data_have_dates_and_objects(rf: RequestFactory) -> None:
    found: dict[str, Any] = samples(rf.get("/"))
    assert found["today"].year == 2026
    assert found["page_obj"].number == 5
    assert list(found["wrong_form"].errors) == ["email"]


# --- colours ---------------------------------------------------------------------------------------------------------


def test_every_pair_of_colours_has_the_contrast_it_needs() -> None:
    pairs = colour_pairs()
    assert len(pairs) == 2 * len(MEETING)
    assert [(str(pair.label), pair.theme, pair.contrast) for pair in pairs if pair.contrast < pair.needed] == []
    assert {pair.needed for pair in pairs} == {TEXT, PART}


@pytest.mark.parametrize(
    "written, expected",
    [
        ("oklch(0% 0 0)", "#000000"),
        ("oklch(100% 0 0)", "#ffffff"),
        ("oklch(62.796% 0.25768 29.2339)", "#ff0000"),
        ("oklch(45.201% 0.31321 264.052)", "#0000ff"),
        ("color-mix(in oklab, oklch(100% 0 0) 0%, oklch(0% 0 0))", "#000000"),
        ("var(--a)", "#ffffff"),
    ],
)
def test_colours_are_read_as_browsers_do(written: str, expected: str) -> None:
    assert as_hex(oklab(written, {"--a": "var(--b)", "--b": "oklch(100% 0 0)"})) == expected


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast_of((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)) == pytest.approx(21, abs=0.01)
    assert contrast_of((0.5, 0.1, 0.0), (0.5, 0.1, 0.0)) == 1


def test_a_colour_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="rebeccapurple"):
        oklab("rebeccapurple", {})


def test_later_rules_and_the_set_theme_win() -> None:
    css = """:root{--a:oklch(1% 0 0);--b:oklch(2% 0 0)} /* :root{--b:x} */ .card{--a:y}
    @media (prefers-color-scheme: dark){:root:not([data-kern-theme="light"]){--a:z}}
    :root[data-kern-theme="dark"]{--a:oklch(3% 0 0)}"""
    assert tokens_of(css, "light") == {"--a": "oklch(1% 0 0)", "--b": "oklch(2% 0 0)"}
    assert tokens_of(css, "dark") == {"--a": "oklch(3% 0 0)", "--b": "oklch(2% 0 0)"}
