import $ from "../static/vendor/jquery.module.min.js";
import { fetchJson } from "./fetch.js";
import { cachePerson } from "./person.js";
import { isMine, store } from "./store.js";

const CHANGES = ["message:created", "message:edited", "message:deleted", "message:reacted"];

/** Keeps my channels and their unread counts up to date. Triggers "channels:changed" on the document. */
export function trackChannels(socket) {
  socket.on("socket:welcome", ({ channels }) => {
    const open = store.channels.get(store.feed?.channel);
    store.channels.clear();
    // The open channel is requested again. Until then, it stays as it was.
    if (open) store.channels.set(open.id, open);
    channels.forEach(put);
    $(document).trigger("channels:changed");
  });
  CHANGES.forEach((event) => socket.on(event, (change) => count(event, change)));
  socket.on("channel:joined", ({ channel, person }) => person.id === store.user && refresh(channel));
  socket.on("channel:left", ({ channel, user }) => user === store.user && unsubscribe(channel));
  socket.on("channel:seen", ({ channel, number }) => {
    if (number > (store.channels.get(channel)?.seen ?? number)) refresh(channel);
  });
}

/** Stores a channel that the server has sent. */
export function putChannel(channel) {
  put(channel);
  $(document).trigger("channels:changed");
}

/** Fetches a channel again. Removes it if I may no longer read it. */
export async function refresh(id) {
  const { ok, error } = await fetchJson(`/api/channels/${id}`);
  if (ok) return putChannel(ok);
  if (error.code !== 404) return;
  store.channels.delete(id);
  $(document).trigger("channels:changed");
}

/** Marks the messages of the open channel as read, up to a number, before the server confirms it. */
export function markRead(channel, number) {
  const { seen } = channel;
  const isUnread = (message) =>
    message.number > seen && message.author.id !== store.user && !message.isDeleted;
  const unread = [...store.feed.messages.values()].filter(isUnread);
  const left = unread.filter((message) => message.number > number).length;
  const isEndLoaded = !store.feed.hasNewer;
  channel.unread = isEndLoaded ? left : Math.max(0, channel.unread - (unread.length - left));
  channel.seen = number;
  $(document).trigger("channels:changed");
}

function put(channel) {
  if (channel.with) cachePerson(channel.with);
  const present = store.channels.get(channel.id);
  store.channels.set(channel.id, channel);
  // An event has arrived before this older response: fetch the channel again to count it.
  if (present && present.seq > channel.seq) refreshLater(channel.id);
}

/** Counts each change once: the channel's count includes all changes up to its `seq`. */
function count(event, { seq, message }) {
  const channel = store.channels.get(message.channel);
  if (!channel || seq > channel.seq + 1) return refreshLater(message.channel);
  if (seq <= channel.seq) return;
  channel.seq = seq;
  if (!isMine(channel) || message.author.id === store.user || message.number <= channel.seen) return;
  if (event === "message:created") channel.unread += 1;
  if (event === "message:deleted") channel.unread = Math.max(0, channel.unread - 1);
  $(document).trigger("channels:changed");
}

function unsubscribe(id) {
  const channel = store.channels.get(id);
  if (!channel) return;
  store.channels.set(id, { ...channel, seen: null, unread: 0 });
  $(document).trigger("channels:changed").trigger("channel:stopped", [id]);
}

const pending = new Set();

/** Waits a moment, because many changes may be missed at once, and one request is enough. */
async function refreshLater(id) {
  if (pending.has(id)) return;
  pending.add(id);
  await new Promise((resolve) => setTimeout(resolve, 300));
  pending.delete(id);
  refresh(id);
}
