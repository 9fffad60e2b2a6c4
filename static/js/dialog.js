// Fragments that htmx puts into #dialog are shown as a modal dialog, and thrown away when it closes.
import { CLOSE_DIALOG, DIALOG_CLOSED, SWAPPED } from "./events.js";
import { focusOpener } from "./focus.js";
import { wipe } from "./reveal.js";
import { speakFrom } from "./toasts.js";

const dialog = document.getElementById("dialog");

document.addEventListener(SWAPPED, ({ detail }) => {
  if (dialog && detail.target === dialog) show();
});
document.addEventListener(CLOSE_DIALOG, () => dialog?.close());
dialog?.addEventListener("close", forget);
dialog?.addEventListener("cancel", (event) => {
  if (dialog.getAttribute("closedby") === "none") event.preventDefault();
});

function show() {
  dialog.setAttribute("closedby", dialog.querySelector("[data-reveal]") ? "none" : "closerequest");
  speakFrom(dialog);
  if (!dialog.open) dialog.showModal();
  else if (!dialog.contains(document.activeElement)) first("[aria-invalid=true]", "[data-focus]", "input, textarea, button, a")?.focus();
}

function first(...selectors) {
  return selectors.map((selector) => dialog.querySelector(selector)).find(Boolean);
}

function forget() {
  wipe(dialog);
  speakFrom(document.body);
  dialog.replaceChildren();
  focusOpener();
  document.body.dispatchEvent(new Event(DIALOG_CLOSED));
}

// On a page of its own, "Keep token" is a link back; in a dialog it closes.
document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-close]")?.closest("dialog");
  if (!box) return;
  event.preventDefault();
  box.close();
});

if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[commandfor]");
    const box = document.getElementById(button?.getAttribute("commandfor") ?? "");
    if (button?.getAttribute("command") === "show-modal") box?.showModal();
    if (button?.getAttribute("command") === "close") box?.close();
  });
}
