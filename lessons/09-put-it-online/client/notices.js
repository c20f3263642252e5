import $ from "/static/vendor/jquery.module.min.js";
import { copyOf } from "./template.js";

// The channel or the person of the conversation that is open.
let open = {};

/** Says in the list who has joined and who has left the conversation that is open. */
export function showNotices(socket) {
  socket.on("channel:joined", ({ name, channel }) => channel === open.channel && showNotice(`${name} joined`));
  socket.on("channel:left", ({ name, channel }) => channel === open.channel && showNotice(`${name} left`));
  socket.on("user:joined", ({ name }) => name === open.person && showNotice(`${name} joined`));
  socket.on("user:left", ({ name }) => name === open.person && showNotice(`${name} left`));
  $(document).on("channel:opened direct:opened", (_event, { channel, person }) => (open = { channel, person }));
  $(document).on("chat:left", () => $("#messages").empty());
}

/** Adds a line that nobody wrote. */
export function showNotice(text) {
  const item = copyOf("#notice-template");
  $("#messages").append(item.text(text));
}
