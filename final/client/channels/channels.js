import $ from "../../static/vendor/jquery.slim.module.min.js";
import { fetchJson } from "../lib/fetch.js";
import { store } from "../lib/store.js";
import { cachePerson } from "../people/person.js";

/** Keeps my channels up to date. Emits "channels:changed". */
export function trackChannels(socket) {
  socket.on("socket:welcome", ({ channels }) => {
    const open = store.channels.get(store.feed?.channel);
    store.channels.clear();
    // The open channel is requested again. Until then, it stays as it was.
    if (open) store.channels.set(open.id, open);
    channels.forEach(put);
    $("#sidebar").removeClass("sidebar--waiting");
    store.emit("channels:changed");
  });
  socket.on("channel:joined", ({ channel, person }) => person.id === store.user && refresh(channel));
  socket.on("channel:left", ({ channel, user }) => user === store.user && unsubscribe(channel));
  socket.on("channel:seen", ({ channel, number }) => {
    if (number > (store.channels.get(channel)?.seen ?? number)) refresh(channel);
  });
}

/** Stores a channel that the server has sent. */
export function putChannel(channel) {
  put(channel);
  store.emit("channels:changed");
}

/** Fetches a channel again. Removes it if I may no longer read it. */
export async function refresh(id) {
  const { ok, error } = await fetchJson(`/api/channels/${id}`);
  if (ok) return putChannel(ok);
  if (error.code !== 404) return;
  store.channels.delete(id);
  store.emit("channels:changed");
}

function put(channel) {
  if (channel.with) cachePerson(channel.with);
  const present = store.channels.get(channel.id);
  store.channels.set(channel.id, channel);
  // An event has arrived before this older response: fetch the channel again to count it.
  if (present && present.seq > channel.seq) refreshLater(channel.id);
}

function unsubscribe(id) {
  const channel = store.channels.get(id);
  if (!channel) return;
  store.channels.set(id, { ...channel, seen: null, unread: 0 });
  store.emit("channels:changed");
  store.emit("channel:stopped", id);
}

// The channels that will be fetched again.
const pending = new Set();

/** Waits a moment, because many changes may be missed at once, and one request is enough. */
export async function refreshLater(id) {
  if (pending.has(id)) return;
  pending.add(id);
  await new Promise((resolve) => setTimeout(resolve, 300));
  pending.delete(id);
  refresh(id);
}
