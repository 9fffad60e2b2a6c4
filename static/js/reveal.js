// A secret that is shown once (data-reveal around it, data-secret on it) does not outlive the look at it: it goes on
// closing, on leaving, after five minutes, and it does not come back with the back button.
import { SETTLED } from "./events.js";

const SHOWN_MS = 5 * 60 * 1000;
const SHOWN = "[data-reveal]:not([data-wiped])";

export function wipe(root = document) {
  root.querySelectorAll(SHOWN).forEach(wipeOne);
}

function wipeOne(reveal) {
  reveal.dataset.wiped = "yes";
  for (const secret of reveal.querySelectorAll("[data-secret]")) {
    if ("value" in secret) secret.value = secret.defaultValue = "";
    secret.textContent = "";
  }
  for (const note of reveal.querySelectorAll("[data-gone]")) note.hidden = false;
  for (const box of reveal.querySelectorAll("[data-stored]")) box.required = false;
}

function watch() {
  for (const reveal of document.querySelectorAll(`${SHOWN}:not([data-watched])`)) {
    reveal.dataset.watched = "yes";
    setTimeout(wipeOne, SHOWN_MS, reveal);
  }
}

watch();
document.addEventListener(SETTLED, watch);
addEventListener("pagehide", () => wipe());
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
addEventListener("beforeunload", (event) => {
  if (document.querySelector(`${SHOWN}:not(:has([data-stored]:checked))`)) event.preventDefault();
});
