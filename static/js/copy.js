// data-copy="#id" copies what that element says, data-copy-text="..." a value of its own.
import { toast } from "./toasts.js";

const COPIED_MS = 2000;

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy], [data-copy-text]");
  if (button) copy(button);
});

async function copy(button) {
  const source = button.dataset.copy ? document.querySelector(button.dataset.copy) : null;
  const text = button.dataset.copyText ?? source?.value ?? source?.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No secure context, or not allowed: the person copies.
    select(source ?? button);
    return toast("Press Ctrl+C to copy.");
  }
  sayCopied(button);
  toast("Copied");
}

function sayCopied(button) {
  const label = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (!label || button.dataset.copied) return;
  const words = label.data;
  label.data = "Copied";
  button.dataset.copied = "yes";
  setTimeout(() => {
    label.data = words;
    delete button.dataset.copied;
  }, COPIED_MS);
}

function select(element) {
  if (element.select) element.select();
  else getSelection().selectAllChildren(element);
}
