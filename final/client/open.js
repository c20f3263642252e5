import $ from "../static/vendor/jquery.module.min.js";
import { addressOf, fromAddress } from "./address.js";
import { ask, isTemporary } from "./ask.js";
import { putChannel } from "./channels.js";
import { chat } from "./chat.js";
import { Feed } from "./feed.js";
import { remember } from "./memory.js";
import { rowOf } from "./messages.js";
import { learn, learnFrom } from "./person.js";
import { lastOpen, startOf } from "./start.js";
import { applyMessages } from "./sync.js";

const RETRY_MS = 1000;

let wanted;

/**
 * Opens the channel that the address names, and follows the address from then on. Triggers
 * "channel:opening", then "channel:opened" or "channel:refused" on the document.
 */
export function followAddress(socket) {
  const openWanted = () => {
    const { channel = lastOpen(), number } = fromAddress();
    openChannelAt(socket, { channel, number });
  };
  socket.on("socket:welcome", () => (chat.feed ? reconnect(socket) : openWanted()));
  $(window).on("popstate", () => {
    // A link within the page, as the one that skips the list, leads nowhere else.
    const { channel, number } = fromAddress();
    if (number || channel !== chat.feed?.channel) openWanted();
  });
  $(document).on("channel:stopped", (_event, id) => id === chat.feed?.channel && reconnect(socket));
  $(document).on("click", "a[data-channel]", (event) => {
    // A new tab or window is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { channel, number } = event.currentTarget.dataset;
    goTo(socket, { channel: Number(channel), number: Number(number) || undefined });
  });
  $(document).on("channel:wanted", (_event, place) => goTo(socket, place));
}

function goTo(socket, place) {
  const { channel, number } = place;
  const address = addressOf(channel, number);
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  const isShown = number && channel === chat.feed?.channel && rowOf({ number });
  if (isShown) $(document).trigger("message:wanted", [number]);
  else openChannelAt(socket, place);
}

async function openChannelAt(socket, place) {
  wanted = place;
  chat.feed = undefined;
  const { channel, number } = place;
  $(document).trigger("channel:opening", [chat.channels.get(channel)]);
  if (!channel) return $(document).trigger("channel:refused");

  const { ok, error } = await ask(socket, "channel:open", { channel, at: startOf(place) });
  // Meanwhile the reader may have gone on to another one.
  if (place !== wanted) return;
  if (error) return $(document).trigger("channel:refused", [error]);
  chat.feed = new Feed(ok);
  remember("channel", channel);
  takeOver(ok);
  ok.messages.forEach(learnFrom);
  $(document).trigger("channel:opened", [{ ...ok, number }]);
}

/** Hears of the channel again, and of what happened meanwhile; what is shown stays. */
async function reconnect(socket) {
  const { feed } = chat;
  if (!feed || !socket.connected) return;
  const { ok, error } = await ask(socket, "channel:open", { channel: feed.channel });
  if (feed !== chat.feed) return;
  if (ok) {
    applyMessages(feed, ok.messages);
    takeOver(ok);
    $(document).trigger("feed:reconnected");
  } else if (!isTemporary(error)) {
    // It may not be read any more.
    chat.feed = undefined;
    $(document).trigger("channel:opening").trigger("channel:refused", [error]);
  } else if (socket.connected) {
    setTimeout(reconnect, RETRY_MS, socket);
  }
}

function takeOver({ channel, members }) {
  putChannel(channel);
  members.forEach(learn);
  $(document).trigger("channel:members", [members]);
}

