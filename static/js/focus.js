// After a swap the focus lands somewhere sensible: on the error summary, else, if it was lost, on the new heading
// (data-focus), else on the button that asked.
import { REQUEST_STARTS, SETTLED } from "./events.js";

let opener;

export function focusOpener() {
  (opener?.isConnected ? opener : document.getElementById(opener?.id ?? ""))?.focus();
}

document.addEventListener(REQUEST_STARTS, ({ detail }) => {
  const menu = detail.elt.closest(".menu");
  opener = menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : detail.elt;
  menu?.hidePopover();
});

document.addEventListener(SETTLED, ({ target }) => {
  const summary = target.closest(".error-summary") ?? target.querySelector(".error-summary");
  if (summary) summary.focus();
  else if (document.activeElement === document.body) focusNews(target);
});

function focusNews(swapped) {
  const heading = swapped.querySelector("[data-focus]");
  if (!heading) return focusOpener();
  heading.tabIndex = -1;
  heading.focus();
}

document.querySelector(".error-summary")?.focus();
