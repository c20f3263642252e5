import $ from "/static/vendor/jquery.module.min.js";
import { copyOf } from "./template.js";

/** Says in the list who has joined. */
export function showNotices(socket) {
  socket.on("user:joined", ({ name }) => showNotice(`${name} joined`));
}

/** Adds a line that nobody wrote. */
export function showNotice(text) {
  const item = copyOf("#notice-template");
  $("#messages").append(item.text(text));
}
