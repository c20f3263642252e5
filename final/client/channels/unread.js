import { isMine, store } from "../lib/store.js";
import { refreshLater } from "./channels.js";

// The server counts no further.
const MAX_COUNTED = 100;
const CHANGES = ["message:created", "message:edited", "message:deleted", "message:reacted"];

/** Keeps the unread counts of my channels up to date. Emits "channels:changed". */
export function countUnread(socket) {
  CHANGES.forEach((event) => socket.on(event, (change) => count(event, change)));
}

/**
 * Marks the messages of the open channel as read, up to a number, before the server confirms it. Returns whether the
 * new count is known. If not, the server has to count.
 */
export function markRead(channel, number) {
  const { seen } = channel;
  const { feed } = store;
  const isUnread = (message) => message.number > seen && message.author.id !== store.user && !message.isDeleted;
  const unread = feed.loaded().filter(isUnread);
  const left = unread.filter((message) => message.number > number).length;
  const isBeginLoaded = !feed.hasOlder || feed.first <= seen + 1;
  const isKnown = !feed.hasNewer || (isBeginLoaded && channel.unread < MAX_COUNTED);
  if (isKnown) channel.unread = feed.hasNewer ? channel.unread - (unread.length - left) : left;
  channel.seen = number;
  store.emit("channels:changed");
  return isKnown;
}

/** Marks all messages of the open channel as read, before the server confirms it. Returns the number of the last one. */
export function markAllRead(channel) {
  channel.seen = store.feed.newest;
  channel.unread = 0;
  store.emit("channels:changed");
  return channel.seen;
}

/** Counts each change once: the channel's count includes all changes up to its `seq`. */
function count(event, { seq, message }) {
  const channel = store.channels.get(message.channel);
  if (!channel || seq > channel.seq + 1) return refreshLater(message.channel);
  if (seq <= channel.seq) return;
  channel.seq = seq;
  if (!isMine(channel) || message.author.id === store.user || message.number <= channel.seen) return;
  if (event === "message:created") channel.unread += 1;
  if (event === "message:deleted") uncount(channel);
  store.emit("channels:changed");
}

function uncount(channel) {
  if (channel.unread >= MAX_COUNTED) refreshLater(channel.id);
  else channel.unread = Math.max(0, channel.unread - 1);
}
