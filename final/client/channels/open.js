import { isTemporary } from "../lib/delivery/errors.js";
import { showNotice } from "../lib/notices.js";
import { request } from "../lib/request.js";
import * as storage from "../lib/storage.js";
import { store } from "../lib/store.js";
import { sync } from "../messages/delivery.js";
import { cachePeopleIn, cachePerson } from "../people/person.js";
import { putChannel } from "./channels.js";
import { startOf } from "./start.js";

const RETRY_MS = 1000;

// The target that is loading: {channel, number, isEnd}.
let wanted;

/**
 * Opens a channel. Until it has loaded, nothing is open. Emits "channel:opening", then "channel:opened" or
 * "channel:refused".
 */
export async function open(target) {
  wanted = target;
  close();
  const { channel, number } = target;
  store.opening = channel;
  store.emit("channel:opening", store.channels.get(channel));
  if (!channel) return store.emit("channel:refused");
  const response = await sync.load(channel, startOf(target));
  // Meanwhile the reader may have opened another channel.
  if (target !== wanted) return;
  wanted = undefined;
  store.opening = undefined;
  if (response.error) return store.emit("channel:refused", response.error);
  adopt(response);
  store.emit("channel:opened", { number });
}

/** Shows another part of the open channel. Until it has loaded, this part stays. Emits "feed:replaced". */
export async function jump(socket, target) {
  wanted = target;
  const { channel, number } = target;
  const response = await sync.load(channel, startOf(target));
  if (target !== wanted) return;
  const { error } = response;
  if (error && isTemporary(error)) {
    if (number) showNotice(error.message);
    // Without a connection, the reconnect tries again.
    if (socket.connected) setTimeout(() => target === wanted && jump(socket, target), RETRY_MS);
    return;
  }
  wanted = undefined;
  if (error) return refuse(error);
  adopt(response);
  store.emit("feed:replaced", { number });
}

/** Opens the channel again after a reconnect, and applies what has changed. The page keeps showing it. */
export async function reopen(socket) {
  const { feed } = store;
  if (!feed || !socket.connected) return;
  if (wanted) return jump(socket, wanted);
  const { ok, error } = await request(socket, "channel:open", { channel: feed.channel });
  if (feed !== store.feed) return;
  if (ok) {
    sync.apply(ok.messages);
    storeChannel(ok);
    store.emit("feed:reconnected");
  } else if (!isTemporary(error)) {
    // I may no longer read this channel.
    refuse(error);
  } else if (socket.connected) {
    setTimeout(reopen, RETRY_MS, socket);
  }
}

function adopt({ ok, feed }) {
  sync.feeds.clear();
  sync.follow(feed);
  store.feed = feed;
  storage.set("channel", feed.channel);
  storeChannel(ok);
  ok.messages.forEach(cachePeopleIn);
}

function refuse(error) {
  close();
  store.emit("channel:opening");
  store.emit("channel:refused", error);
}

function close() {
  sync.feeds.clear();
  store.feed = undefined;
}

function storeChannel({ channel, members, memberCount }) {
  putChannel(channel);
  members.forEach(cachePerson);
  // A server of the release before sends all members, without their number.
  store.emit("channel:members", { members, count: memberCount ?? members.length });
}
