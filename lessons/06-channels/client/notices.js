import $ from "/static/vendor/jquery.module.min.js";
import { copyOf } from "./template.js";

let myChannel;

/** Says in the list who has joined and who has left the channel that is open. */
export function showNotices(socket) {
  socket.on("channel:joined", ({ name, channel }) => showHere(channel, `${name} joined`));
  socket.on("channel:left", ({ name, channel }) => showHere(channel, `${name} left`));
  $(document).on("channel:opened", (_event, { channel }) => (myChannel = channel));
  $(document).on("chat:left", () => $("#messages").empty());
}

function showHere(channel, text) {
  if (channel === myChannel) showNotice(text);
}

/** Adds a line that nobody wrote. */
export function showNotice(text) {
  const item = copyOf("#notice-template");
  $("#messages").append(item.text(text));
}
