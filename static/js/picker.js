// The scope picker: its search box (type=search) filters rows, marks hits and says how many; groups count as one clicks.
import { announce } from "./announce.js";
import { SETTLED } from "./events.js";

const WORDS = ".scope :is(b, code, small)";

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-picker] [type=search]")) filter(target.closest("[data-picker]"), target.value.trim().toLowerCase());
});
document.addEventListener("change", ({ target }) => {
  const group = target.closest("[data-picker] details");
  if (group) count(group);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-picker] [type=search], [data-find]")) event.preventDefault();
});

// The browser's Back brings choices back, but neither what was counted nor what was said of them.
addEventListener("pageshow", () => {
  for (const picker of document.querySelectorAll("[data-picker]")) {
    if (![...picker.closest("form").elements].some(isChanged)) continue;
    picker.querySelectorAll("details").forEach(count);
    picker.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

function isChanged(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  return "defaultValue" in field && field.value !== field.defaultValue;
}

function filter(picker, wanted) {
  for (const element of picker.querySelectorAll(WORDS)) mark(element, wanted);
  for (const group of picker.querySelectorAll("details")) {
    const rows = [...group.querySelectorAll(".scope")];
    for (const row of rows) row.hidden = wanted !== "" && !row.querySelector("mark");
    group.hidden = rows.every((row) => row.hidden);
    if (wanted) group.open = true;
  }
  const found = picker.querySelectorAll(".scope:not([hidden])").length;
  announce(`${found} ${found === 1 ? "scope" : "scopes"}`);
}

function mark(element, wanted) {
  const text = element.textContent;
  const at = wanted ? text.toLowerCase().indexOf(wanted) : -1;
  element.textContent = text;
  if (at < 0) return;
  const hit = document.createElement("mark");
  hit.textContent = text.slice(at, at + wanted.length);
  element.replaceChildren(text.slice(0, at), hit, text.slice(at + wanted.length));
}

function count(group) {
  const rows = [...group.querySelectorAll(".scope")];
  const chosen = rows.filter((row) => row.querySelector(":checked:not([value=none], [value=''])"));
  group.querySelector("summary .count").textContent = `${chosen.length} of ${rows.length}`;
}

// Without script the box would do nothing, so it is not there.
function showBoxes() {
  for (const box of document.querySelectorAll("[data-picker-filter]")) box.hidden = false;
}

showBoxes();
document.addEventListener(SETTLED, showBoxes);
