import $ from "/static/vendor/jquery.module.min.js";
import { chat } from "./chat.js";
import { nameOf } from "./person.js";
import { copyOf } from "./template.js";

const SHOWN_MS = 5000;

/** Says for a moment who has joined or left the channel that is open. */
export function showNotices(socket) {
  socket.on("channel:joined", ({ channel, person }) => {
    if (channel === chat.feed?.channel) showNotice(`${nameOf(person)} joined`);
  });
}

/** Says something for a moment that nobody wrote. */
export function showNotice(text) {
  const item = copyOf("#notice-template").text(text);
  $("#notices").append(item);
  setTimeout(() => item.remove(), SHOWN_MS);
}
