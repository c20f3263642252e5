import { goToLogIn } from "../session/session.js";

// For responses without a problem of our server, such as those of a proxy.
const MESSAGES = {
  401: "your session has ended: log in again",
  403: "you may not do this",
  404: "there is nothing at this address",
  413: "this is too large to send",
  429: "too many requests: wait a moment and try again",
};
const OTHER_MESSAGE = "something went wrong on the server: try again in a moment";

/** Reads JSON from the server; resolves to `{ok}` or `{error: {code, message}}`, and never rejects. */
export async function fetchJson(path) {
  let response;
  try {
    response = await fetch(path, { headers: { accept: "application/json" } });
  } catch {
    return { error: { code: "offline", message: "there is no connection to the server right now" } };
  }
  if (response.status === 401 || isPage(response)) goToLogIn();
  try {
    const body = await response.json();
    if (response.ok) return { ok: body };
    return { error: { code: response.status, message: body.detail ?? messageFor(response.status) } };
  } catch {
    return { error: { code: response.status, message: messageFor(response.status) } };
  }
}

/** Searches for what is typed in a field. Resolves like `fetchJson`, or to undefined if the text has changed meanwhile. */
export async function search(path, field) {
  const typed = field.val().trim();
  const response = await fetchJson(`${path}?query=${encodeURIComponent(typed.toWellFormed())}`);
  return typed === field.val().trim() ? response : undefined;
}

/** Why an upload failed. A lost connection has the status 0. */
export function uploadMessage(status, problem) {
  if (status === 401) goToLogIn();
  if (status === 0) return "there is no connection to the server right now";
  return problem?.detail ?? messageFor(status);
}

/** Whether the server has redirected to the landing page, because the session has ended. */
function isPage(response) {
  return response.redirected && new URL(response.url).pathname === "/";
}

function messageFor(status) {
  return MESSAGES[status] ?? OTHER_MESSAGE;
}
