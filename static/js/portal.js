/* What every page with scripts improves. Nothing here is needed to use the portal. */
(function () {
  "use strict";
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();

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
