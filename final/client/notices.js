import $ from "../static/vendor/jquery.module.min.js";
import { chat } from "./chat.js";
import { nameOf } from "./person.js";
import { copyOf } from "./template.js";

const SHOWN_MS = 5000;
const MAX_SHOWN = 3;

/** Says for a moment who has joined the channel that is open. */
export function showNotices(socket) {
  socket.on("channel:joined", ({ channel, person }) => {
    const isOther = person.id !== chat.user;
    if (isOther && channel === chat.feed?.channel) showNotice(`${nameOf(person)} joined`);
  });
}

/** Says something for a moment that nobody wrote. */
export function showNotice(text) {
  const item = copyOf("#notice-template").text(text);
  $("#notices").append(item).children().slice(0, -MAX_SHOWN).remove();
  setTimeout(() => item.remove(), SHOWN_MS);
}
