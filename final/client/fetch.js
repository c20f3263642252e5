import { goToLogIn } from "./session.js";

// For answers that are not the server's own words: a proxy's, say.
const WORDS = {
  401: "your session has ended: log in again",
  403: "you may not do this",
  404: "there is nothing at this address",
  413: "this is too large to be sent",
  429: "that was too often: wait a moment and try again",
};
const OTHER_WORDS = "something went wrong here: try again in a moment";

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
    return { error: { code: response.status, message: body.detail ?? inWords(response.status) } };
  } catch {
    return { error: { code: response.status, message: inWords(response.status) } };
  }
}

/** Why an upload failed; status 0 is what a broken connection has. */
export function uploadWords(status, problem) {
  if (status === 401) goToLogIn();
  if (status === 0) return "there is no connection to the server right now";
  return problem?.detail ?? inWords(status);
}

/** Who is not logged in is led to the landing page. */
function isPage(response) {
  return response.redirected && new URL(response.url).pathname === "/";
}

function inWords(status) {
  return WORDS[status] ?? OTHER_WORDS;
}
