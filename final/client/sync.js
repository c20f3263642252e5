import $ from "../static/vendor/jquery.module.min.js";
import { ask, isTemporary } from "./ask.js";
import { chat } from "./chat.js";
import { learnFrom } from "./person.js";

const CHANGES = ["message:created", "message:edited", "message:deleted", "message:reacted"];
const RETRY_MS = 1000;

/**
 * Keeps the open channel's messages as the server has them: by events, and where one was
 * missed by asking for all that changed since. Triggers "feed:changed" on the document.
 */
export function keepInSync(socket) {
  CHANGES.forEach((event) => socket.on(event, (change) => hear(socket, change)));
  // Whatever happened while there was no connection was not heard.
  $(document).on("feed:reconnected", () => catchUp(socket, chat.feed));
  // A hidden tab may have been frozen.
  $(document).on("visibilitychange", () => {
    if (!document.hidden && chat.feed) catchUp(socket, chat.feed);
  });
}

/** The one way in for messages: events, answers, pages of history and of what was missed. */
export function applyMessages(feed, messages) {
  const arrived = messages.filter(({ number }) => number > feed.newest);
  arrived.forEach(({ number }) => (feed.newest = Math.max(feed.newest, number)));
  const changed = messages.filter((message) => feed.apply(message));
  changed.forEach(learnFrom);
  if (feed !== chat.feed || changed.length === 0) return;
  // Quotes show what they quote as it is now.
  const quoting = changed.flatMap((message) => feed.quoting(message));
  $(document).trigger("feed:changed", [feed, [...new Set([...changed, ...quoting])], arrived]);
}

function hear(socket, { seq, message }) {
  const { feed } = chat;
  if (feed?.channel !== message.channel) return;
  feed.hear(seq);
  applyMessages(feed, [message]);
  if (feed.hasGap()) catchUp(socket, feed);
}

async function catchUp(socket, feed) {
  if (feed.isCatchingUp) return;
  feed.isCatchingUp = true;
  let isBehind = true;
  while (isBehind && feed === chat.feed) {
    const after = feed.known;
    const { ok, error } = await ask(socket, "channel:sync", { channel: feed.channel, after });
    if (error) {
      // Without a connection, its return asks again.
      isBehind = socket.connected && isTemporary(error) && (await soon());
    } else {
      applyMessages(feed, ok.messages);
      feed.knowUpTo(ok.seq);
      isBehind = ok.hasMore || feed.hasGap();
    }
  }
  feed.isCatchingUp = false;
}

function soon() {
  return new Promise((resolve) => setTimeout(resolve, RETRY_MS, true));
}
