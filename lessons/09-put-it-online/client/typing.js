import $ from "/static/vendor/jquery.module.min.js";
import { destination, isOpen } from "./direct.js";

const SEND_EVERY_MS = 3000;
const SHOWN_MS = 5000;

// The people who are typing in the open conversation, each with the timer that ends it.
const typists = new Map();

/** Tells the others that I am typing, and shows who else is. */
export function showTyping(socket) {
  let lastSentAt = 0;

  $("#composer-body").on("input", ({ target }) => {
    // Without a connection, Socket.IO would keep the event and send it when it is no longer true.
    if (target.value.trim() === "" || !socket.connected || Date.now() - lastSentAt < SEND_EVERY_MS) return;
    lastSentAt = Date.now();
    socket.volatile.emit("typing:start", destination());
  });
  $("#composer").on("submit", () => (lastSentAt = 0));
  socket.on("typing:started", ({ name, to }) => {
    if (isOpen({ author: name, to })) begin(name);
  });
  socket.on("message:created", ({ author }) => end(author));
  socket.on("channel:left", ({ name }) => end(name));
  $(document).on("channel:opened direct:opened chat:left", () => {
    lastSentAt = 0;
    [...typists.keys()].forEach(end);
  });
}

function begin(name) {
  clearTimeout(typists.get(name));
  typists.set(name, setTimeout(end, SHOWN_MS, name));
  show();
}

function end(name) {
  clearTimeout(typists.get(name));
  if (typists.delete(name)) show();
}

function show() {
  $("#typing").text(inWords([...typists.keys()]));
}

function inWords(names) {
  if (names.length === 0) return "";
  if (names.length > 2) return "Several people are typing…";
  return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`;
}
