// Says aloud what changed out of sight, also what a swapped part brings along (data-announce).
import { SETTLED } from "./events.js";

const region = document.getElementById("announcements");

export function announce(text) {
  if (region) region.textContent = text;
}

document.addEventListener(SETTLED, ({ target }) => {
  const news = target.closest("[data-announce]") ?? target.querySelector("[data-announce]");
  if (news) announce(news.textContent);
});
