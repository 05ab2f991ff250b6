/* Turns each [data-place-picker] into a combobox (library accessible-autocomplete) fed by the place search, or by the
   search in everything. Its words stand in data attributes, translated by the template. Without this script the search form works. */
(function () {
  "use strict";
  // Where the library could not be fetched, the forms work as they are.
  if (typeof window.accessibleAutocomplete !== "function") return;
  const WAIT = 150; // milliseconds after the last key before the server is asked

  const escaped = (text) => {
    const element = document.createElement("span");
    element.textContent = text;
    return element.innerHTML;
  };

  /* "Neuenkirchen (Rügen, Mecklenburg-Vorpommern)": the name stands out from where it lies. */
  const drawn = (label) => {
    const cut = label.indexOf(" (");
    if (cut < 0) return `<span class="place-name">${escaped(label)}</span>`;
    return `<span class="place-name">${escaped(label.slice(0, cut))}</span>${escaped(label.slice(cut))}`;
  };

  /* `tell` learns whether the answer is awaited ("loading"), could not be had ("failed") or is there (""). */
  function suggestions(picker, tell) {
    let timer;
    let request;
    return (query, show) => {
      clearTimeout(timer);
      if (request) request.abort();
      tell("loading");
      timer = setTimeout(async () => {
        request = new AbortController();
        try {
          const address = `${picker.dataset.source}?q=${encodeURIComponent(query.trim())}`;
          const answer = await fetch(address, { signal: request.signal, headers: { Accept: "application/json" } });
          if (!answer.ok) throw new Error(String(answer.status));
          const found = await answer.json();
          tell("");
          show(Array.isArray(found) ? found : found.results);
        } catch (error) {
          if (error.name === "AbortError") return;
          tell("failed");
          show([]);
        }
      }, WAIT);
    };
  }

  function combobox(picker, host, options) {
    const text = picker.dataset;
    let state = "";
    const nothing = () => ({ loading: text.textLoading, failed: text.textFailed })[state] || text.textNone;
    const label = (place) => (place && place.label ? place.label : "");
    window.accessibleAutocomplete({
      element: host,
      id: text.id,
      minLength: 1,
      displayMenu: "overlay",
      confirmOnBlur: false,
      inputClasses: "kern-form-input__input",
      placeholder: text.placeholder || "",
      source: suggestions(picker, (now) => { state = now; }),
      templates: { inputValue: label, suggestion: (place) => drawn(typeof place === "string" ? place : label(place)) },
      tNoResults: nothing,
      tStatusQueryTooShort: () => text.textShort,
      tStatusNoResults: nothing,
      tStatusSelectedOption: (name, count, index) =>
        text.textSelected.replace("%label", name).replace("%position", index + 1).replace("%n", count),
      tStatusResults: (count) => (count === 1 ? text.textOne : text.textMany.replace("%n", count)),
      tAssistiveHint: () => text.textAssist,
      ...options,
    });
  }

  /* A search form: choosing a place leads to its page, Enter without a choice searches. */
  function leadToPage(picker) {
    const field = picker.querySelector("input[name=q]");
    const host = document.createElement("div");
    host.className = "place-picker__box";
    const hint = field.getAttribute("aria-describedby");
    const value = field.value;
    field.replaceWith(host);
    combobox(picker, host, {
      name: "q",
      defaultValue: value,
      onConfirm: (place) => {
        if (place && place.url) window.location.assign(place.url);
      },
    });
    const input = host.querySelector("input");
    input.setAttribute("maxlength", "200");
    input.setAttribute("spellcheck", "false");
    if (hint) input.setAttribute("aria-describedby", `${hint} ${input.getAttribute("aria-describedby") || ""}`.trim());
  }

  /* A field of a list's form: the hidden field holds the key of the chosen place. */
  function filterList(picker) {
    const value = picker.querySelector("[data-picker-value]");
    const host = document.createElement("div");
    host.className = "place-picker__box";
    for (const element of picker.querySelectorAll("[data-picker-fallback]")) element.remove();
    const label = picker.querySelector("[data-picker-label]");
    label.htmlFor = picker.dataset.id;
    label.hidden = false;
    value.before(host);
    const choose = (key) => {
      if (value.value === key) return;
      value.value = key;
      value.dispatchEvent(new Event("change", { bubbles: true }));
    };
    combobox(picker, host, {
      name: "",
      defaultValue: picker.dataset.label,
      onConfirm: (place) => {
        if (place && place.ags) choose(place.ags);
      },
    });
    const input = host.querySelector("input");
    let shown = picker.dataset.label;
    // Emptying the field takes the filter away; other words that were not chosen from the list mean nothing.
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("blur", () => {
      if (input.value.trim() === "" && shown !== "") choose("");
      shown = input.value.trim();
    });
    const error = picker.querySelector(".field-error");
    if (error) input.setAttribute("aria-invalid", "true");
  }

  for (const picker of document.querySelectorAll("[data-place-picker]")) {
    if (picker.dataset.placePicker === "filter") filterList(picker);
    else leadToPage(picker);
  }
})();
