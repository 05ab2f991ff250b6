/* What every page with scripts improves. Nothing here is needed to use the portal. */
(function () {
  "use strict";
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();

  // --- what opens over the page closes with Esc, and when one goes on elsewhere ---
  const flyouts = () => document.querySelectorAll("[data-flyout][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const flyout of flyouts()) {
      if (flyout.contains(document.activeElement)) flyout.querySelector("summary").focus();
      flyout.open = false;
    }
  });
  for (const leaving of ["click", "focusin"]) {
    document.addEventListener(leaving, (event) => {
      for (const flyout of flyouts()) if (!flyout.contains(event.target)) flyout.open = false;
    });
  }

  // --- printing, which pages can do only with scripts; everywhere else the browser's own menu does it ---
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // --- which kind of result was opened, counted without anything about who did ---
  document.addEventListener("click", (event) => {
    const result = event.target.closest("[data-results] a");
    if (!result || !navigator.sendBeacon) return;
    const list = result.closest("[data-results]");
    const kind = result.closest("[data-kind]").dataset.kind;
    navigator.sendBeacon(list.dataset.results, new URLSearchParams({ words: list.dataset.words, kind }));
  });

  // --- messages: an answer to htmx may bring one (HX-Trigger: {"toast": {"text": …, "kind": …}}) ---
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (!button) return;
    const toast = button.closest("[data-toast]");
    const next = toast.nextElementSibling || toast.previousElementSibling;
    toast.remove();
    const focus = (next && next.querySelector("[data-dismiss]")) || document.getElementById("content");
    if (focus) focus.focus({ preventScroll: true });
  });
  document.addEventListener("toast", (event) => {
    const { text, kind } = event.detail;
    if (!text) return;
    const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
    if (["success", "warning", "danger"].includes(kind)) {
      toast.classList.replace("toast--info", `toast--${kind}`);
      toast.querySelector(".kern-icon--info").classList.replace("kern-icon--info", `kern-icon--${kind}`);
    }
    toast.querySelector("p").textContent = text;
    document.getElementById("toasts").append(toast);
  });

  // --- dialogs: a link to a part of the page opens it above the page ---
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const closer = event.target.closest("[data-close]");
    if (opener) {
      event.preventDefault();
      document.querySelector(opener.hash).showModal();
    } else if (closer && closer.closest("dialog[open]")) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
  });
  for (const opener of document.querySelectorAll("[data-dialog], [data-close]")) {
    opener.setAttribute("role", "button");
    if (opener.matches("[data-dialog]")) opener.setAttribute("aria-haspopup", "dialog");
    opener.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      opener.click();
    });
  }

  // --- tabs: one part at a time, arrow keys between them, the address names the part ---
  for (const tabs of document.querySelectorAll("[data-tabs]")) {
    const list = tabs.querySelector(".tabs__list");
    const links = [...list.querySelectorAll("a")];
    const panel = (link) => document.getElementById(link.hash.slice(1));
    const choose = (chosen) => {
      for (const link of links) {
        const is = link === chosen;
        link.setAttribute("aria-selected", String(is));
        link.tabIndex = is ? 0 : -1;
        panel(link).hidden = !is;
      }
    };
    list.setAttribute("role", "tablist");
    for (const link of links) {
      link.parentElement.setAttribute("role", "presentation");
      link.setAttribute("role", "tab");
      link.setAttribute("aria-controls", link.hash.slice(1));
      panel(link).setAttribute("role", "tabpanel");
      panel(link).setAttribute("aria-labelledby", link.id);
      panel(link).tabIndex = 0;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        choose(link);
        history.replaceState(history.state, "", link.hash);
      });
    }
    list.addEventListener("keydown", (event) => {
      const now = links.indexOf(document.activeElement);
      const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: links.length - 1 }[event.key];
      if (now < 0 || to === undefined) {
        if (event.key === " " && now >= 0) {
          event.preventDefault();
          links[now].click();
        }
        return;
      }
      event.preventDefault();
      const link = links[(to + links.length) % links.length];
      choose(link);
      link.focus();
    });
    const named = () => links.find((link) => {
      const target = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
      return target && panel(link).contains(target);
    });
    window.addEventListener("hashchange", () => named() && choose(named()));
    choose(named() || links[0]);
    tabs.classList.add("tabs--live");
  }

  // On a narrow screen facets stand above the results: show them closed unless something is chosen in them.
  if (window.matchMedia("(max-width: 57.99rem)").matches) {
    for (const facet of document.querySelectorAll("details.facet[open]")) {
      if (!facet.querySelector("input:checked")) facet.open = false;
    }
  }

  // A list answers a filter with new results: facets stay open or closed as they were, and the focus where it was.
  const isList = (event) => event.detail.target && event.detail.target.id === "results";
  let open = new Map();
  let focused = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isList(event)) return;
    open = new Map([...document.querySelectorAll("details.facet")].map((facet) => [facet.id, facet.open]));
    focused = document.activeElement ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const [id, state] of open) {
      const facet = document.getElementById(id);
      if (facet) facet.open = state;
    }
    open.clear();
    const element = focused && document.activeElement === document.body && document.getElementById(focused);
    if (element) element.focus({ preventScroll: true });
    focused = "";
  });

  // What cannot be answered in place is asked for as a whole page, which says what is wrong.
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, (event) => {
      const path = event.detail.pathInfo;
      if (path && event.detail.requestConfig.verb === "get") window.location.assign(path.finalRequestPath);
    });
  }
})();
