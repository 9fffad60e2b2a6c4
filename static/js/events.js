// Every event name that is not the browser's own. htmx 4 renames its events: then this file changes, and no other.
export const REQUEST_CONFIGURED = "htmx:configRequest";
export const REQUEST_STARTS = "htmx:beforeRequest";
export const REQUEST_ENDED = "htmx:afterRequest";
export const SWAPS = "htmx:beforeSwap";
export const SWAPPED = "htmx:afterSwap";
export const SETTLED = "htmx:afterSettle";
export const REFUSED = "htmx:responseError";
export const UNANSWERED = ["htmx:sendError", "htmx:timeout"];

// Ours. The server may send the first two in HX-Trigger; a page may wait for the third: hx-trigger="dialog:closed from:body".
export const TOAST = "toast";
export const CLOSE_DIALOG = "dialog:close";
export const DIALOG_CLOSED = "dialog:closed";
