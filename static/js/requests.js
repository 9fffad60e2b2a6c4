// Requests by htmx: they carry the CSRF token, and when they fail a message says so while the page stays as it was.
import { REFUSED, REQUEST_CONFIGURED, UNANSWERED } from "./events.js";
import { toast } from "./toasts.js";

const NOT_LOADED = "That could not be loaded. Nothing has changed. Try again.";
const REASONS = {
  403: "You may not do that. Nothing has changed.",
  404: "That is not there any more. Reload the page.",
  429: "Too many attempts. Wait a minute, then try again.",
};

document.addEventListener(REQUEST_CONFIGURED, ({ detail }) => {
  const token = document.querySelector("meta[name=csrf-token]");
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token.content;
});

document.addEventListener(REFUSED, ({ detail }) => {
  const broken = isReading(detail) ? NOT_LOADED : "Something broke on our side. Nothing was saved. Try again.";
  toast(REASONS[detail.xhr.status] ?? broken, "error");
});

for (const name of UNANSWERED) {
  document.addEventListener(name, ({ detail }) => {
    toast(isReading(detail) ? NOT_LOADED : "No answer came. Reload the page to see whether it was saved.", "error");
  });
}

function isReading({ requestConfig }) {
  return requestConfig.verb === "get";
}
