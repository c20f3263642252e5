import $ from "../static/vendor/jquery.module.min.js";
import { addressOf, fromAddress } from "./address.js";
import { putChannel } from "./channels.js";
import { sync } from "./delivery.js";
import { isTemporary } from "./lib/delivery/errors.js";
import { rowOf } from "./messages.js";
import { cachePeopleIn, cachePerson } from "./person.js";
import { request } from "./request.js";
import { lastOpen, startOf } from "./start.js";
import * as storage from "./storage.js";
import { store } from "./store.js";

const RETRY_MS = 1000;

let wanted;

/**
 * Opens the channel in the address, and follows the address from then on. Triggers "channel:opening", then
 * "channel:opened" or "channel:refused" on the document.
 */
export function followAddress(socket) {
  const openWanted = () => {
    const { channel = lastOpen(), number } = fromAddress();
    openChannelAt(socket, { channel, number });
  };
  socket.on("socket:welcome", () => (store.feed ? reconnect(socket) : openWanted()));
  $(window).on("popstate", () => {
    // A link within the page, such as the skip link, does not change the channel.
    const { channel, number } = fromAddress();
    if (number || channel !== store.feed?.channel) openWanted();
  });
  $(document).on("channel:stopped", (_event, id) => id === store.feed?.channel && reconnect(socket));
  $(document).on("click", "a[data-channel]", (event) => {
    // Let the browser open a new tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { channel, number } = event.currentTarget.dataset;
    goTo(socket, { channel: Number(channel), number: Number(number) || undefined });
  });
  $(document).on("channel:wanted", (_event, target) => goTo(socket, target));
}

function goTo(socket, target) {
  const { channel, number } = target;
  const address = addressOf(channel, number);
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  const isShown = number && channel === store.feed?.channel && rowOf({ number });
  if (isShown) $(document).trigger("message:wanted", [number]);
  else openChannelAt(socket, target);
}

async function openChannelAt(socket, target) {
  wanted = target;
  close();
  const { channel, number } = target;
  $(document).trigger("channel:opening", [store.channels.get(channel)]);
  if (!channel) return $(document).trigger("channel:refused");

  const { ok, feed, error } = await sync.load(channel, startOf(target));
  // Meanwhile the reader may have opened another channel.
  if (target !== wanted) return;
  if (error) return $(document).trigger("channel:refused", [error]);
  sync.follow(feed);
  store.feed = feed;
  storage.set("channel", channel);
  storeChannel(ok);
  ok.messages.forEach(cachePeopleIn);
  $(document).trigger("channel:opened", [{ ...ok, number }]);
}

/** Opens the channel again after a reconnect, and applies what has changed. The page keeps showing it. */
async function reconnect(socket) {
  const { feed } = store;
  if (!feed || !socket.connected) return;
  const { ok, error } = await request(socket, "channel:open", { channel: feed.channel });
  if (feed !== store.feed) return;
  if (ok) {
    sync.apply(ok.messages);
    storeChannel(ok);
    $(document).trigger("feed:reconnected");
  } else if (!isTemporary(error)) {
    // I may no longer read this channel.
    close();
    $(document).trigger("channel:opening").trigger("channel:refused", [error]);
  } else if (socket.connected) {
    setTimeout(reconnect, RETRY_MS, socket);
  }
}

function close() {
  sync.feeds.clear();
  store.feed = undefined;
}

function storeChannel({ channel, members }) {
  putChannel(channel);
  members.forEach(cachePerson);
  $(document).trigger("channel:members", [members]);
}
