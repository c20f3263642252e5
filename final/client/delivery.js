import $ from "../static/vendor/jquery.module.min.js";
import { Outbox } from "./lib/delivery/outbox.js";
import { Sender } from "./lib/delivery/sender.js";
import { Sync } from "./lib/delivery/sync.js";
import { cachePeopleIn } from "./person.js";
import { request } from "./request.js";
import * as storage from "./storage.js";
import { store } from "./store.js";

const CHANGES = ["message:created", "message:edited", "message:deleted", "message:reacted"];
const PREFIX = "outbox:";

let socket;

const server = {
  request: (event, payload) => request(socket, event, payload),
  isConnected: () => socket.connected,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
const stored = {
  keys: () => storage.keys(PREFIX),
  get: (clientId) => storage.get(PREFIX + clientId),
  set: (clientId, message) => storage.set(PREFIX + clientId, message),
  remove: (clientId) => storage.remove(PREFIX + clientId),
};

/** The messages that are not sent yet. */
export const outbox = new Outbox(stored, () => $(document).trigger("outbox:changed"));

/** The messages of the open channel. */
export const sync = new Sync(server, onChange);

/** Sends the messages of the outbox. */
export const sender = new Sender(server, outbox, (message) => sync.apply([message]));

/** Connects the delivery core to the page. Triggers "feed:changed" and "outbox:changed" on the document. */
export function deliver(connection) {
  socket = connection;
  CHANGES.forEach((event) => socket.on(event, (change) => receive(change)));
  // Events without a connection were missed.
  $(document).on("feed:reconnected", () => sync.catchUp(store.feed));
  // A hidden tab may have been frozen.
  $(document).on("visibilitychange", () => {
    if (!document.hidden && store.feed) sync.catchUp(store.feed);
  });
  $(document).on("channel:opened", () => outbox.arrive([...store.feed.messages.values()], store.user));
  socket.on("socket:welcome", () => {
    outbox.restore();
    sender.resume();
  });
  watchWindows();
}

/** Sends a message to the open channel. Triggers "message:sending" on the document. */
export function send(event, payload, quote) {
  outbox.add(newId(), { channel: store.feed.channel, event, payload, quote });
  $(document).trigger("message:sending");
  sender.send();
}

function receive(change) {
  // The message may be in a channel that is not open.
  outbox.arrive([change.message], store.user);
  sync.receive(change);
}

function onChange(feed, changed, arrived) {
  outbox.arrive(changed, store.user);
  changed.forEach(cachePeopleIn);
  // Messages that quote a changed one change, too.
  const quoting = changed.flatMap((message) => feed.quoting(message));
  $(document).trigger("feed:changed", [feed, [...new Set([...changed, ...quoting])], arrived]);
}

function watchWindows() {
  outbox.restore();
  // Another window of mine has sent or deleted a message.
  $(window).on("storage", ({ originalEvent: { key, newValue } }) => {
    const prefix = storage.fullKey(PREFIX);
    if (newValue === null && key?.startsWith(prefix)) sender.discard(key.slice(prefix.length));
  });
  $(window).on("beforeunload", (event) => {
    if (outbox.all().some(({ isStored }) => !isStored)) event.preventDefault();
  });
}

/** A random id. A page over plain HTTP has no `crypto.randomUUID`. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
