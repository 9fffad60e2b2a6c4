// Runs before the first paint, so that a chosen theme never flashes. The choice is made in themes.js.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage, no choice: the system decides.
}
