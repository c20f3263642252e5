import $ from "../static/vendor/jquery.module.min.js";
import { forget, fullKey, recall, recallKeys, remember } from "./memory.js";

const PREFIX = "outbox:";

// Messages on their way, by the number that this browser gave each:
// {clientId, channel, event, payload, quote, order, state, isStored}.
const letters = new Map();
let lastOrder = 0;

/** Takes up the messages that were on their way when the page was left. Triggers "outbox:changed" on the document. */
export function keepLetters() {
  recallKeys(PREFIX).forEach((clientId) => {
    letters.set(clientId, { ...recall(PREFIX + clientId), isStored: true });
  });
  // A clock that was set back meanwhile changes no order.
  lastOrder = Math.max(0, ...allLetters().map(({ order }) => order));
  // Another window of mine has sent it.
  $(window).on("storage", ({ originalEvent: { key, newValue } }) => {
    const prefix = fullKey(PREFIX);
    if (newValue === null && key?.startsWith(prefix)) dropLetter(key.slice(prefix.length));
  });
  $(window).on("beforeunload", (event) => {
    if (allLetters().some(({ isStored }) => !isStored)) event.preventDefault();
  });
}

/** Keeps a message, over a reload too, until it is dropped. */
export function addLetter(letter) {
  lastOrder = Math.max(lastOrder + 1, Date.now());
  const clientId = newId();
  letters.set(clientId, { ...letter, clientId, order: lastOrder });
  changeLetter(clientId, { state: "pending" });
}

/** Keeps what has become of a message, unless it is here already. */
export function changeLetter(clientId, changes) {
  const letter = letters.get(clientId);
  if (!letter) return;
  Object.assign(letter, changes);
  letter.isStored = remember(PREFIX + clientId, letter);
  $(document).trigger("outbox:changed");
}

/** All of them, in the order in which they were written. */
export function allLetters() {
  return [...letters.values()].sort((one, other) => one.order - other.order);
}

/** Keeps a message no longer. */
export function dropLetter(clientId) {
  if (!letters.delete(clientId)) return;
  forget(PREFIX + clientId);
  $(document).trigger("outbox:changed");
}

/** How many messages this browser keeps. */
export function countLetters() {
  return recallKeys(PREFIX).length;
}

/** Keeps none of them any longer. */
export function dropLetters() {
  recallKeys(PREFIX).forEach((clientId) => forget(PREFIX + clientId));
  letters.clear();
  $(document).trigger("outbox:changed");
}

/** `crypto.randomUUID` is missing where the page comes over plain HTTP. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
