import $ from "../../static/vendor/jquery.slim.module.min.js";
import { fetchJson } from "../lib/fetch.js";
import { store } from "../lib/store.js";
import { cachePerson } from "../people/person.js";

// How often the server has announced a subscription or a favourite of mine. A response to a request from before may not
// know of it.
let changes = 0;

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
  socket.on("channel:joined", ({ channel, person }) => {
    if (person.id !== store.user) return;
    changes += 1;
    refresh(channel);
  });
  socket.on("channel:left", ({ channel, user }) => {
    if (user !== store.user) return;
    changes += 1;
    unsubscribe(channel);
  });
  socket.on("channel:seen", ({ channel, number }) => {
    if (number > (store.channels.get(channel)?.seen ?? number)) refresh(channel);
  });
  socket.on("channel:starred", (starred) => {
    changes += 1;
    putFavourite(starred);
    // A welcome or an acknowledgement that is on its way may be older.
    refreshLater(starred.channel);
  });
}

/** Stores a channel that the server has sent. */
export function putChannel(channel) {
  put(channel);
  store.emit("channels:changed");
}

/** Stores whether a channel is a favourite. */
export function putFavourite({ channel: id, isFavourite }) {
  const channel = store.channels.get(id);
  if (!channel) return;
  store.channels.set(id, { ...channel, isFavourite });
  store.emit("channels:changed");
}

/** Fetches a channel again. Removes it if I may no longer read it. */
export async function refresh(id) {
  const before = changes;
  const { ok, error } = await fetchJson(`/api/channels/${id}`);
  if (changes !== before) return refresh(id);
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
  store.channels.set(id, { ...channel, seen: null, unread: 0, isFavourite: false });
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
