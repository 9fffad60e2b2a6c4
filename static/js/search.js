// Search boxes. A token pasted into one (data-no-secrets) must not reach an address, hence a history and a log.
import { toast } from "./toasts.js";

// A token, or the beginning of a JWT: a box takes little more of one.
const TOKEN = /[a-z][a-z0-9]{1,6}[a-z]_[0-9A-Za-z]{60,}|\beyJ[\w-]{30,}/;

// First of all listeners: htmx's own sit on the elements.
for (const name of ["input", "change", "submit"]) document.addEventListener(name, refuse, { capture: true });

function refuse(event) {
  const boxes = event.type === "submit" ? [...event.target.elements] : [event.target];
  const leaks = boxes.filter((box) => box.matches("[data-no-secrets]") && TOKEN.test(box.value));
  if (!leaks.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  for (const box of leaks) box.value = "";
  toast("That looks like a token. It was not sent. Search looks at names, subjects and IDs, not at secrets.", "error");
}

// What somebody typed before the page was ready is searched for as soon as it is.
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("form[role=search] [type=search]")) {
    if (box.value !== box.defaultValue) box.form.requestSubmit();
  }
});
