import $ from "../static/vendor/jquery.module.min.js";
import { chat, isMine } from "./chat.js";
import { fetchJson } from "./fetch.js";
import { learn } from "./person.js";

const CHANGES = ["message:created", "message:edited", "message:deleted", "message:reacted"];

/** Knows my channels and how much in them is unread. Triggers "channels:changed" on the document. */
export function keepChannels(socket) {
  socket.on("socket:welcome", ({ channels }) => {
    const open = chat.channels.get(chat.feed?.channel);
    chat.channels.clear();
    // The one that is open is asked for again; until then it stays as it was.
    if (open) chat.channels.set(open.id, open);
    channels.forEach(put);
    $(document).trigger("channels:changed");
  });
  CHANGES.forEach((event) => socket.on(event, (change) => count(event, change)));
  socket.on("channel:joined", ({ channel, person }) => person.id === chat.user && refresh(channel));
  socket.on("channel:left", ({ channel, user }) => user === chat.user && stopFollowing(channel));
  socket.on("channel:seen", ({ channel, number }) => {
    if (number > (chat.channels.get(channel)?.seen ?? number)) refresh(channel);
  });
}

/** Takes over what the server says of a channel. */
export function putChannel(channel) {
  put(channel);
  $(document).trigger("channels:changed");
}

/** Asks how a channel is now. One that may not be read any more is forgotten. */
export async function refresh(id) {
  const { ok, error } = await fetchJson(`/api/channels/${id}`);
  if (ok) return putChannel(ok);
  if (error.code !== 404) return;
  chat.channels.delete(id);
  $(document).trigger("channels:changed");
}

/** What was on the screen is read; the server says so to the other windows. */
export function markSeen(channel, number) {
  const { seen } = channel;
  const isUnread = (message) =>
    message.number > seen && message.author.id !== chat.user && !message.isDeleted;
  const unread = [...chat.feed.messages.values()].filter(isUnread);
  const left = unread.filter((message) => message.number > number).length;
  const isEndLoaded = !chat.feed.hasNewer;
  channel.unread = isEndLoaded ? left : Math.max(0, channel.unread - (unread.length - left));
  channel.seen = number;
  $(document).trigger("channels:changed");
}

function put(channel) {
  if (channel.with) learn(channel.with);
  const present = chat.channels.get(channel.id);
  chat.channels.set(channel.id, channel);
  // An event has overtaken the answer: the next answer counts it.
  if (present && present.seq > channel.seq) refreshLater(channel.id);
}

/** Every change is counted once: the count that came with the channel goes up to its `seq`. */
function count(event, { seq, message }) {
  const channel = chat.channels.get(message.channel);
  if (!channel || seq > channel.seq + 1) return refreshLater(message.channel);
  if (seq <= channel.seq) return;
  channel.seq = seq;
  if (!isMine(channel) || message.author.id === chat.user || message.number <= channel.seen) return;
  if (event === "message:created") channel.unread += 1;
  if (event === "message:deleted") channel.unread = Math.max(0, channel.unread - 1);
  $(document).trigger("channels:changed");
}

function stopFollowing(id) {
  const channel = chat.channels.get(id);
  if (!channel) return;
  chat.channels.set(id, { ...channel, seen: null, unread: 0 });
  $(document).trigger("channels:changed").trigger("channel:stopped", [id]);
}

const pending = new Set();

/** Many changes may be missed at once: one answer tells them all. */
async function refreshLater(id) {
  if (pending.has(id)) return;
  pending.add(id);
  await new Promise((resolve) => setTimeout(resolve, 300));
  pending.delete(id);
  refresh(id);
}
