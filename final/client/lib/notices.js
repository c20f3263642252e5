import $ from "../../static/vendor/jquery.slim.module.min.js";
import { nameOf } from "../people/person.js";
import { store } from "./store.js";
import { copyOf } from "./template.js";

const SHOWN_MS = 5000;
const MAX_SHOWN = 3;

/** Shows for a moment who has joined the open channel. */
export function showNotices(socket) {
  socket.on("channel:joined", ({ channel, person }) => {
    const isOther = person.id !== store.user;
    if (isOther && channel === store.feed?.channel) showNotice(`${nameOf(person)} joined`);
  });
}

/** Shows a notice for a moment. */
export function showNotice(text) {
  const item = copyOf("#notice-template").text(text);
  $("#notices").append(item).children().slice(0, -MAX_SHOWN).remove();
  setTimeout(() => item.remove(), SHOWN_MS);
}
