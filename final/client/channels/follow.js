import $ from "../../static/vendor/jquery.slim.module.min.js";
import { store } from "../lib/store.js";
import { rowOf } from "../messages/messages.js";
import { addressOf, fromAddress } from "./address.js";
import { jump, open, reopen } from "./open.js";
import { lastOpen } from "./start.js";

/** Opens the channel in the address, and follows the address from then on. */
export function followAddress(socket) {
  const openWanted = () => {
    const { channel = lastOpen(), number } = fromAddress();
    show(socket, { channel, number });
  };
  socket.on("socket:welcome", () => (store.feed ? reopen(socket) : openWanted()));
  $(window).on("popstate", () => {
    // A link within the page, such as the skip link, does not change the channel.
    const { channel, number } = fromAddress();
    if (number || channel !== store.feed?.channel) openWanted();
  });
  store.on("channel:stopped", (id) => id === store.feed?.channel && reopen(socket));
  store.on("channel:wanted", (target) => goTo(socket, target));
  $(document).on("click", "a[data-channel]", (event) => {
    // Let the browser open a new tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { channel, number } = event.currentTarget.dataset;
    goTo(socket, { channel: Number(channel), number: Number(number) || undefined });
  });
}

function goTo(socket, target) {
  const address = addressOf(target.channel, target.number);
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  show(socket, target);
}

function show(socket, target) {
  const { channel, number } = target;
  if (!channel || channel !== store.feed?.channel) return open(target);
  if (number && rowOf({ number })) return store.emit("message:wanted", number);
  return jump(socket, target);
}
