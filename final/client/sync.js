import $ from "../static/vendor/jquery.module.min.js";
import { cachePeopleIn } from "./person.js";
import { isTemporary, request } from "./request.js";
import { store } from "./store.js";

const CHANGES = ["message:created", "message:edited", "message:deleted", "message:reacted"];
const RETRY_MS = 1000;

/**
 * Keeps the messages of the open channel in sync with the server: by events, and with a request for all later changes
 * if an event was missed. Triggers "feed:changed" on the document.
 */
export function keepInSync(socket) {
  CHANGES.forEach((event) => socket.on(event, (change) => receive(socket, change)));
  // Events without a connection were missed.
  $(document).on("feed:reconnected", () => catchUp(socket, store.feed));
  // A hidden tab may have been frozen.
  $(document).on("visibilitychange", () => {
    if (!document.hidden && store.feed) catchUp(socket, store.feed);
  });
}

/** Applies messages from events, acknowledgements and syncs. */
export function applyMessages(feed, messages) {
  const arrived = messages.filter(({ number }) => number > feed.newest);
  arrived.forEach(({ number }) => (feed.newest = Math.max(feed.newest, number)));
  const changed = messages.filter((message) => feed.apply(message));
  changed.forEach(cachePeopleIn);
  if (feed !== store.feed || changed.length === 0) return;
  // Messages that quote a changed one change, too.
  const quoting = changed.flatMap((message) => feed.quoting(message));
  $(document).trigger("feed:changed", [feed, [...new Set([...changed, ...quoting])], arrived]);
}

function receive(socket, { seq, message }) {
  const { feed } = store;
  if (feed?.channel !== message.channel) return;
  feed.receive(seq);
  applyMessages(feed, [message]);
  if (feed.hasGap()) catchUp(socket, feed);
}

async function catchUp(socket, feed) {
  if (feed.isCatchingUp) return;
  feed.isCatchingUp = true;
  let isBehind = true;
  while (isBehind && feed === store.feed) {
    const after = feed.known;
    const { ok, error } = await request(socket, "channel:sync", { channel: feed.channel, after });
    if (error) {
      // Without a connection, the next sync follows the reconnect.
      isBehind = socket.connected && isTemporary(error) && (await soon());
    } else {
      applyMessages(feed, ok.messages);
      feed.advanceTo(ok.seq);
      isBehind = ok.hasMore || feed.hasGap();
    }
  }
  feed.isCatchingUp = false;
}

function soon() {
  return new Promise((resolve) => setTimeout(resolve, RETRY_MS, true));
}
