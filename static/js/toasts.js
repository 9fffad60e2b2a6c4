// Messages in the corner, also those the server has put there. Failures stay until dismissed. Never a secret.
import { TOAST } from "./events.js";

const SHOWN_MS = 6000;
const region = document.getElementById("toasts");

export function toast(text, kind = "ok") {
  const message = document.getElementById("toast")?.content.firstElementChild.cloneNode(true);
  if (!message || !region) return;
  message.dataset.kind = kind;
  message.querySelector("span").textContent = text;
  if (kind === "error") message.querySelector("use").setAttribute("href", "#i-alert");
  for (const earlier of region.querySelectorAll(".toast")) if (earlier.textContent === message.textContent) earlier.remove();
  region.append(message);
}

/** All but an open dialog is inert and unheard: the region goes where it can be heard. */
export function speakFrom(home) {
  if (region) home.append(region);
}

function arm(message) {
  if (message.dataset.kind === "error") return;
  let timer;
  const wait = () => (timer = setTimeout(() => message.remove(), SHOWN_MS));
  const stay = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) message.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) message.addEventListener(name, wait);
  wait();
}

if (region) {
  for (const message of region.querySelectorAll(".toast")) arm(message);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) if (node.matches?.(".toast")) arm(node);
  }).observe(region, { childList: true });
}

document.addEventListener(TOAST, ({ detail }) => toast(detail.text, detail.kind));
document.addEventListener("click", ({ target }) => target.closest("[data-dismiss]")?.closest(".toast").remove());
