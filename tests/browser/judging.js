// What the tests ask a page. Comes in through the debugger: under our policy no script can be put into a page.
(() => {
  const describe = (element) => {
    if (!element || element === document.body) return "nothing";
    const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 60);
    return `${element.outerHTML.split(">")[0].replace(/\s+/g, " ").slice(0, 160)}> ${text}`;
  };
  const isShown = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const isForReadersOfScreens = (element) => {
    const style = getComputedStyle(element);
    return style.clip !== "auto" || style.clipPath.startsWith("inset(") || Math.min(element.clientWidth, element.clientHeight) <= 1;
  };
  const inside = (element, test) => {
    for (let one = element; one && one !== document.documentElement; one = one.parentElement) if (test(one)) return one;
    return null;
  };

  // --- keyboard ---

  const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, audio[controls], " +
    "video[controls], [tabindex], [contenteditable=true]";

  /** Everything the Tab key has to reach, in the order of the document. */
  const stops = (within = "body") => {
    const groups = new Set();
    return [...document.querySelector(within).querySelectorAll(focusable)].filter((element) => {
      if (element.tabIndex < 0 || element.disabled || element.closest("[inert]") || !isShown(element)) return false;
      if (element.localName === "summary" && element.parentElement.querySelector(":scope > summary") !== element) return false;
      if (element.type !== "radio") return true;
      // A group of radio buttons is one stop: the chosen one, or the first.
      const group = [...document.getElementsByName(element.name)].filter((one) => one.form === element.form);
      if (groups.has(group[0])) return false;
      const chosen = group.find((one) => one.checked);
      if (chosen && chosen !== element) return false;
      groups.add(group[0]);
      return true;
    });
  };

  /** Let the next Tab begin at the top, where the page itself has put the focus elsewhere. */
  const toTheTop = (within = "body") => {
    const place = document.querySelector(within);
    if (document.activeElement === place) return;
    const before = place.getAttribute("tabindex");
    place.tabIndex = -1;
    place.focus();
    if (before === null) place.removeAttribute("tabindex");
  };

  /** Why a reader could not see where the focus is; empty when all is well. */
  const focusProblems = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return ["nothing has the focus"];
    const problems = [];
    const rects = [...element.getClientRects()].filter((rect) => rect.width > 0 && rect.height > 0);
    const seen = rects
      .map((rect) => ({
        left: Math.max(rect.left, 0), top: Math.max(rect.top, 0),
        right: Math.min(rect.right, innerWidth), bottom: Math.min(rect.bottom, innerHeight),
      }))
      .filter((rect) => rect.right - rect.left >= 1 && rect.bottom - rect.top >= 1);
    if (!seen.length) problems.push("outside of the window");
    const labels = [...(element.labels || [])];
    const belongs = (hit) => hit && (element.contains(hit) || labels.some((label) => label.contains(hit)));
    // Of a shape in a drawing any point will do; of everything else the middle has to be free.
    const points = element instanceof SVGElement ? [0.1, 0.3, 0.5, 0.7, 0.9] : [0.5];
    const free = seen.some((rect) => points.some((x) => points.some((y) => belongs(document.elementFromPoint(
      rect.left + x * (rect.right - rect.left), rect.top + y * (rect.bottom - rect.top))))));
    if (seen.length && !free) {
      const rect = seen[0];
      const above = document.elementFromPoint((rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2);
      problems.push(`covered by ${describe(above)}`);
    }
    return problems.map((problem) => `${describe(element)}: ${problem}`);
  };

  /** Whether the outline that the portal's style sheet gives to everything shows the focus. */
  const isOutlined = () => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };

  /** The part of the window to look at when the focus is to be seen: the element with what is drawn around it. */
  const focusBox = () => {
    const rect = document.activeElement.getBoundingClientRect();
    const left = Math.max(0, Math.floor(rect.left - 8)), top = Math.max(0, Math.floor(rect.top - 8));
    const right = Math.min(innerWidth, Math.ceil(rect.right + 8)), bottom = Math.min(innerHeight, Math.ceil(rect.bottom + 8));
    return { x: left, y: top, width: right - left, height: bottom - top };
  };
  const focusLength = () => {
    const rect = document.activeElement.getBoundingClientRect();
    const width = Math.min(rect.right, innerWidth) - Math.max(rect.left, 0);
    const height = Math.min(rect.bottom, innerHeight) - Math.max(rect.top, 0);
    return 2 * (width + height);
  };

  /** Take the sign of the focus away without moving it; the options of a list are marked by their colours. */
  const mark = new CSSStyleSheet();
  mark.replaceSync(`[data-plain], [data-plain]::before, [data-plain]::after { outline: none !important; box-shadow: none !important }
    [role=option][data-plain] { background: transparent !important; color: inherit !important }`);
  const hideMark = () => {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((sheet) => sheet !== mark), mark];
    document.activeElement.toggleAttribute("data-plain", true);
  };
  const showMark = () => document.activeElement.removeAttribute("data-plain");

  // --- room ---

  /** Text that is cut off, and content that lies beyond the window's right edge where nobody can scroll to. */
  const lost = () => {
    const found = [];
    const width = document.documentElement.clientWidth;
    const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
    const hides = (overflow) => overflow === "hidden" || overflow === "clip";
    for (const element of document.body.querySelectorAll("*")) {
      if (element instanceof SVGElement || !element.innerText || !element.innerText.trim() || !isShown(element)) continue;
      if (inside(element, isForReadersOfScreens)) continue;
      const style = getComputedStyle(element);
      if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1) found.push(`cut off below: ${describe(element)}`);
      if (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1) found.push(`cut off at the side: ${describe(element)}`);
      const beyond = element.getBoundingClientRect().right > width + 1;
      const leaf = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (beyond && leaf && !inside(element, scrolls)) found.push(`beyond the edge: ${describe(element)}`);
    }
    if (document.documentElement.scrollWidth > width) {
      found.push(`scrolls sideways: ${document.documentElement.scrollWidth} in ${width}`);
    }
    return found;
  };

  /** The share of the window's height that what sticks covers, at its widest. */
  const stuck = () => {
    const sticks = (element) => /fixed|sticky/.test(getComputedStyle(element).position);
    const share = (x) => {
      let covered = 0;
      for (let y = 0; y < innerHeight; y += 2) {
        const hit = document.elementFromPoint(x, y);
        const sticking = hit && inside(hit, sticks);
        if (sticking && sticking.getBoundingClientRect().width > innerWidth / 2) covered += 2;
      }
      return covered / innerHeight;
    };
    scrollTo(0, document.documentElement.scrollHeight / 2);
    const result = Math.max(...[0.1, 0.5, 0.9].map((part) => share(part * innerWidth)));
    scrollTo(0, 0);
    return result;
  };

  // --- figures ---

  const picture = "svg[role=img], svg[aria-labelledby], img.chart, img[src$='.svg']";

  /** Charts and maps without a name, or without a table or a list of the same beside them. */
  const mute = () => {
    const found = [];
    for (const drawing of document.querySelectorAll(`main figure :is(${picture})`)) {
      const figure = drawing.closest("figure");
      const named = drawing.getAttribute("alt") || drawing.getAttribute("aria-label") || drawing.querySelector("title") ||
        document.getElementById((drawing.getAttribute("aria-labelledby") || "").split(" ")[0]);
      if (!named) found.push(`without a name: ${describe(drawing)}`);
      const described = (figure.getAttribute("aria-describedby") || figure.getAttribute("aria-details") || "").split(" ");
      const beside = [figure, ...described.map((id) => document.getElementById(id))].filter(Boolean);
      const told = beside.some((one) => one.matches("table, ul, ol, dl") || one.querySelector("table, ul, ol, dl"));
      if (!told) found.push(`without table or list: ${describe(drawing)}`);
    }
    for (const drawing of document.querySelectorAll("main svg[role=img]")) {
      if (!drawing.closest("figure")) found.push(`drawing outside of a figure: ${describe(drawing)}`);
    }
    return found;
  };

  window.judging = { describe, stops, toTheTop, focusProblems, isOutlined, focusBox, focusLength, hideMark, showMark, lost, stuck, mute };
})();
