// System, light or dark. Kept in this browser; theme.js applies it on the next page.
const root = document.documentElement;
const group = document.querySelector("[data-themes]");

group?.addEventListener("click", ({ target }) => {
  const theme = target.closest("button")?.value;
  if (!theme) return;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Not kept, then: it holds for this page.
  }
  show();
});

function show() {
  for (const button of group.children) button.ariaPressed = String(button.value === (root.dataset.theme ?? "system"));
}

if (group) {
  group.hidden = false;
  show();
}
