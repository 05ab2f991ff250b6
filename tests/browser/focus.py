"""Walking by keyboard as a person does who has to see where she is: every key is followed by a look at the screen."""

import io
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page

TAB_STOPS = 80
CONTRAST = 3.0
"""What WCAG 1.4.11 asks of the sign that shows the focus, against the same place without it."""


def press(page: Page, key: str) -> None:
    """Press a key and make sure that a reader sees where the focus is afterwards."""
    page.wait_for_load_state()  # a key that meets a page on its way out is lost with it
    page.keyboard.press(key)
    problems = focus_problems(page)
    assert problems == [], f"after {key}: {problems}"


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; at every stop on the way a reader sees where she is."""
    for _ in range(TAB_STOPS):
        press(page, "Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached by Tab.")


def focus_problems(page: Page) -> list[str]:
    """Return why a reader could not see the focus: out of sight, covered, or not marked on the screen."""
    found: list[str] = page.evaluate("judging.focusProblems()")
    if found:
        return found
    box: dict[str, float] = page.evaluate("judging.focusBox()")
    marked = _picture(page, box)
    page.evaluate("judging.hideMark()")
    plain = _picture(page, box)
    page.evaluate("judging.showMark()")
    changed = _clearly_different(marked, plain)
    # At least one side and one end of the element must be marked, one pixel thick.
    needed = page.evaluate("judging.focusLength()") / 2
    if changed < needed:
        what = page.evaluate("judging.describe(document.activeElement)")
        return [f"{what}: {changed} pixels show the focus with enough contrast, {needed:.0f} are needed"]
    return []


def _picture(page: Page, box: Any) -> Image.Image:
    # Hiding the caret would need a style of its own in the page, which the policy forbids.
    return Image.open(io.BytesIO(page.screenshot(clip=box, caret="initial"))).convert("RGB")


def _clearly_different(one: Image.Image, other: Image.Image) -> int:
    """Count the pixels that differ by a contrast of 3 : 1 or more."""
    pairs: dict[tuple[Any, Any], int] = {}
    for pair in zip(one.get_flattened_data(), other.get_flattened_data(), strict=True):
        if pair[0] != pair[1]:
            pairs[pair] = pairs.get(pair, 0) + 1
    return sum(number for (a, b), number in pairs.items() if _contrast(a, b) >= CONTRAST)


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
