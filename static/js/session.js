// Warns before the session ends, and lets people stay (WCAG 2.2.1). Without scripts the page says when it ends.
// Markup: templates/accounts/session_warning.html.
"use strict";

const dialog = document.getElementById("session-dialog");
const warnBefore = Number(dialog.dataset.warn);

function show(extensible) {
  for (const part of dialog.querySelectorAll("[data-extensible]")) part.hidden = !extensible;
  for (const part of dialog.querySelectorAll("[data-final]")) part.hidden = extensible;
  if (!dialog.open) dialog.showModal();
}

// Another window may have been used meanwhile: the server knows; asking it is no use of the session.
async function look() {
  const answer = await fetch(dialog.dataset.source, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer || answer.status !== 200) return;
  const { left, extensible } = await answer.json();
  if (left > warnBefore) {
    if (dialog.open) dialog.close();
    wait(left);
  } else {
    show(extensible);
  }
}

function wait(left) {
  setTimeout(look, Math.min(Math.max(left - warnBefore, 1) * 1000, 2 ** 31 - 1));
}

dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

// Staying does not leave the page, so that nothing that was typed is lost.
dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => null);
  if (!answer) return form.submit();
  dialog.close();
  return look();
});

wait(Number(dialog.dataset.left));
