import $ from "../../static/vendor/jquery.slim.module.min.js";
import { Outbox } from "../lib/delivery/outbox.js";
import { Sender } from "../lib/delivery/sender.js";
import { Sync } from "../lib/delivery/sync.js";
import { request } from "../lib/request.js";
import * as storage from "../lib/storage.js";
import { store } from "../lib/store.js";
import { cachePeopleIn } from "../people/person.js";

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
export const outbox = new Outbox(stored, () => store.emit("outbox:changed"));

/** The messages of the open channel. */
export const sync = new Sync(server, onChange);

/** Sends the messages of the outbox. */
export const sender = new Sender(server, outbox, (message) => sync.apply([message]));

/** Connects the delivery core to the page. Emits "feed:changed" and "outbox:changed". */
export function deliver(connection) {
  socket = connection;
  CHANGES.forEach((event) => socket.on(event, (change) => receive(change)));
  // Events without a connection were missed.
  store.on("feed:reconnected", () => sync.catchUp(store.feed));
  // A hidden tab may have been frozen.
  $(document).on("visibilitychange", () => {
    if (!document.hidden && store.feed) sync.catchUp(store.feed);
  });
  store.on("channel:opened feed:replaced", () => outbox.arrive([...store.feed.messages.values()], store.user));
  socket.on("socket:welcome", () => {
    outbox.restore();
    sender.resume();
  });
  watchWindows();
}

/**
 * Sends a message to a channel. Until it is sent, the outbox also keeps what it replies to and its files. Emits
 * "message:sending".
 */
export function send(channel, event, payload, { quote, files } = {}) {
  outbox.add(newId(), { channel, event, payload, quote, files });
  store.emit("message:sending");
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
  store.emit("feed:changed", { messages: [...new Set([...changed, ...quoting])], arrived });
}

function watchWindows() {
  outbox.restore();
  // Another window of mine has sent or deleted a message.
  $(window).on("storage", ({ originalEvent: { key, newValue } }) => {
    const prefix = storage.fullKey(PREFIX);
    if (newValue === null && key?.startsWith(prefix)) sender.discard(key.slice(prefix.length));
  });
}

/** A random id. A page over plain HTTP has no `crypto.randomUUID`. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
