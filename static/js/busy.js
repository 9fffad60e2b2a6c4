// A form that has been sent shows it (data-busy="Creating…" on its button) and is not sent twice.
import { REQUEST_ENDED } from "./events.js";

const undo = new Map();

document.addEventListener(
  "submit",
  (event) => {
    if (!undo.has(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);

document.addEventListener("submit", ({ target: form, submitter, defaultPrevented }) => {
  const sentByHtmx = form.hasAttribute("hx-post");
  if (form.getAttribute("method") === "post" && (sentByHtmx || !defaultPrevented)) wait(form, submitter);
});

document.addEventListener(REQUEST_ENDED, ({ detail }) => undo.get(detail.elt)?.());
addEventListener("pageshow", () => undo.forEach((calm) => calm()));

function wait(form, button) {
  const label = button?.dataset.busy ? [...button.childNodes] : null;
  button?.setAttribute("aria-busy", "true");
  if (label) button.replaceChildren(spinner(), button.dataset.busy);
  undo.set(form, () => {
    undo.delete(form);
    button?.removeAttribute("aria-busy");
    if (label) button.replaceChildren(...label);
  });
}

function spinner() {
  const spinner = document.createElement("span");
  spinner.className = "spinner";
  spinner.ariaHidden = "true";
  return spinner;
}
