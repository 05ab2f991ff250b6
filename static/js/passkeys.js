// Passkeys: a button asks the browser for one and sends the form with the answer. The server checks everything.
// Markup: templates/accounts/passkey_button.html. Uses webauthnJSON (of django-allauth) for what JSON cannot hold.
"use strict";

async function options(form) {
  const data = document.getElementById("passkey-data");
  if (data) return JSON.parse(data.textContent);
  const answer = await fetch(form.dataset.source, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

// A passkey lives on the device and is unlocked there: only then is it two factors.
function required(creation) {
  creation.publicKey.authenticatorSelection = {
    ...creation.publicKey.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return creation;
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  const form = document.getElementById(button.dataset.form);
  const problem = button.parentElement.parentElement.querySelector("[data-passkey-error]");
  button.addEventListener("click", async () => {
    problem.hidden = true;
    button.disabled = true;
    try {
      const asked = await options(form);
      const credential =
        button.dataset.passkey === "create"
          ? await window.webauthnJSON.create(required(asked.creation_options))
          : await window.webauthnJSON.get(asked.request_options);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      button.disabled = false;
      problem.hidden = false;
      button.focus();
    }
  });
}
