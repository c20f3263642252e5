import $ from "../static/vendor/jquery.module.min.js";
import * as storage from "./storage.js";

const PREFIX = "outbox:";

// The messages that the server has not acknowledged, by client id:
// {clientId, channel, event, payload, quote, order, state, isStored}.
const messages = new Map();
let lastOrder = 0;

/** Restores the messages that were not acknowledged when the page was closed. Triggers "outbox:changed" on the document. */
export function restoreOutbox() {
  storage.keys(PREFIX).forEach((clientId) => {
    messages.set(clientId, { ...storage.get(PREFIX + clientId), isStored: true });
  });
  // The order must not change if the clock was set back meanwhile.
  lastOrder = Math.max(0, ...outboxMessages().map(({ order }) => order));
  // Another window of mine has sent or deleted a message.
  $(window).on("storage", ({ originalEvent: { key, newValue } }) => {
    const prefix = storage.fullKey(PREFIX);
    if (newValue === null && key?.startsWith(prefix)) removeFromOutbox(key.slice(prefix.length));
  });
  $(window).on("beforeunload", (event) => {
    if (outboxMessages().some(({ isStored }) => !isStored)) event.preventDefault();
  });
}

/** Adds a message. It stays until it is removed, even across a reload. */
export function addToOutbox(message) {
  lastOrder = Math.max(lastOrder + 1, Date.now());
  const clientId = newId();
  messages.set(clientId, { ...message, clientId, order: lastOrder });
  updateInOutbox(clientId, { state: "pending" });
}

/** Updates the state of a message, unless it was removed meanwhile. */
export function updateInOutbox(clientId, changes) {
  const message = messages.get(clientId);
  if (!message) return;
  Object.assign(message, changes);
  message.isStored = storage.set(PREFIX + clientId, message);
  $(document).trigger("outbox:changed");
}

/** All messages, in the order in which they were written. */
export function outboxMessages() {
  return [...messages.values()].sort((one, other) => one.order - other.order);
}

/** Removes a message that was sent or deleted. */
export function removeFromOutbox(clientId) {
  if (!messages.delete(clientId)) return;
  storage.remove(PREFIX + clientId);
  $(document).trigger("outbox:changed");
}

/** How many messages this browser has stored. */
export function countOutbox() {
  return storage.keys(PREFIX).length;
}

/** Removes all messages. */
export function clearOutbox() {
  storage.keys(PREFIX).forEach((clientId) => storage.remove(PREFIX + clientId));
  messages.clear();
  $(document).trigger("outbox:changed");
}

/** A random id. A page over plain HTTP has no `crypto.randomUUID`. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
