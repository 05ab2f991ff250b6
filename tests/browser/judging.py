"""What the tests ask of an open page; the part that runs in the browser stands in judging.js."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.focus import focus_problems

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that look at colours; all others say the same in every dress."""
FORCED = ["link-in-text-block"]
"""The same where the system's own colours are forced on the page, but for contrast: axe still reads the colour that our
style sheet gives to text (by `-webkit-text-fill-color`) and sets it against the system's background."""
RUN_AXE = """([only, values]) => axe.run(document, {
    runOnly: {type: only, values}, resultTypes: ["violations"],
    rules: only === "tag" ? {"target-size": {enabled: true}} : {},
  }).then((result) => result.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`)))"""


def violations(page: Page, axe: str, *rules: str) -> list[str]:
    """Return what axe finds, by the named rules alone where it was asked all of them before."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{axe};0")
    found: list[str] = page.evaluate(RUN_AXE, ["rule", list(rules)] if rules else ["tag", RULES])
    return found


def ask(page: Page, question: str) -> Any:
    return page.evaluate(f"judging.{question}()")


def tab_through(page: Page, within: str = "body") -> list[str]:
    """Walk a page, or a part of it, by Tab: each stop is reached in the document's order, is seen, and can be left."""
    page.evaluate("within => { window.route = judging.stops(within); judging.toTheTop(within) }", within)
    expected = page.evaluate("route.length")
    problems = []
    place, pressed = -1, 0
    while place < expected - 1 and pressed < 2 * expected + 20:
        page.keyboard.press("Tab")
        pressed += 1
        reached, hidden, outlined = page.evaluate(
            "[route.indexOf(document.activeElement), judging.focusProblems(), judging.isOutlined()]"
        )
        if not hidden and not outlined:  # an outline of the style sheet is drawn; another sign has to be looked at
            hidden = focus_problems(page)
        problems += [problem for problem in hidden if problem not in problems]
        if reached == place and reached >= 0:
            continue  # a stop with stops of its own, such as a player
        if reached != place + 1:
            wanted = page.evaluate("number => judging.describe(route[number])", place + 1)
            got = page.evaluate("judging.describe(document.activeElement)")
            return [*problems, f"after stop {place + 1} of {expected} comes {got}, not {wanted}"]
        place = reached
    page.keyboard.press("Tab")
    if expected and page.evaluate("route.indexOf(document.activeElement)") == expected - 1:
        problems.append(f"no way out of {page.evaluate('judging.describe(document.activeElement)')}")
    return problems


def is_wider_than_window(page: Page) -> bool:
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider
