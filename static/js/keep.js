// What somebody chooses or types in a form while a part of it is fetched anew stays so in the new one, also where the
// answer brings other parts along. So does the text of a search box that is never sent, which has an id instead of a
// name. Secrets are never looked at.
import { REQUEST_STARTS, SWAPPED, SWAPS } from "./events.js";

const FIELDS = "input[name], input[type=search][id], select[name], textarea[name]";
const LEFT_ALONE = "[type=hidden], [type=password], [readonly]";
const known = new WeakMap(); // by request: what its part will come back with, then what was done there since

document.addEventListener(REQUEST_STARTS, ({ detail: { xhr, target } }) => {
  known.set(xhr, new Map(fields(around(target)).map((field) => [keyOf(field), field.name ? valueOf(field) : ""])));
});

document.addEventListener(SWAPS, ({ detail: { xhr, target } }) => {
  const sent = known.get(xhr) ?? new Map();
  const since = fields(around(target)).map((field) => [keyOf(field), valueOf(field)]);
  known.set(xhr, new Map(since.filter(([key, value]) => sent.has(key) && sent.get(key) !== value)));
});

document.addEventListener(SWAPPED, ({ detail: { xhr, target } }) => {
  const since = known.get(xhr);
  known.delete(xhr);
  if (!since?.size) return;
  for (const field of fields(around(document.getElementById(target.id)))) {
    const value = since.get(keyOf(field));
    if (since.has(keyOf(field)) && !field.disabled && valueOf(field) !== value) restore(field, value);
  }
});

function around(part) {
  return part?.closest("form") ?? part;
}

function fields(part) {
  return [...(part?.querySelectorAll(FIELDS) ?? [])].filter((field) => !field.matches(LEFT_ALONE));
}

function isBox({ type }) {
  return type === "radio" || type === "checkbox";
}

function keyOf(field) {
  return isBox(field) ? `${field.name}=${field.value}` : field.name || `#${field.id}`;
}

function valueOf(field) {
  return isBox(field) ? field.checked : field.value;
}

function restore(field, value) {
  if (field.type === "radio" && !value) return; // another one takes its place, or none that may be chosen any more
  if (isBox(field)) field.checked = value;
  else if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
  if (value) field.dispatchEvent(new Event(isBox(field) || field.options ? "change" : "input", { bubbles: true }));
}
