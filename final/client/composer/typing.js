import $ from "../../static/vendor/jquery.slim.module.min.js";
import { request } from "../lib/request.js";
import { isMine, openChannel, store } from "../lib/store.js";
import { nameOf } from "../people/person.js";
import { isEditing } from "./context.js";

const SEND_EVERY_MS = 3000;
const SHOWN_MS = 5000;

// The people who are typing in the open channel, each with the timer that ends it.
const typists = new Map();

/** Tells the others that I am typing, and shows who else is. */
export function showTyping(socket) {
  let lastSentAt = 0;

  $("#composer-body").on("input", ({ target }) => {
    if (target.value === "" || isEditing() || !isMine(openChannel()) || Date.now() - lastSentAt < SEND_EVERY_MS) return;
    lastSentAt = Date.now();
    // No need to wait for the acknowledgement: it doesn't matter if this one is lost.
    request(socket, "typing:start", { channel: store.feed.channel });
  });
  store.on("message:sending", () => (lastSentAt = 0));
  socket.on("typing:started", ({ channel, person }) => {
    if (channel === store.feed?.channel) begin(person);
  });
  socket.on("message:created", ({ message }) => end(message.author.id));
  store.on("channel:opening", () => [...typists.keys()].forEach(end));
}

function begin(person) {
  end(person.id);
  const timer = setTimeout(end, SHOWN_MS, person.id);
  typists.set(person.id, { person, timer });
  show();
}

function end(id) {
  clearTimeout(typists.get(id)?.timer);
  if (typists.delete(id)) show();
}

function show() {
  const names = [...typists.values()].map(({ person }) => nameOf(person));
  $("#typing").empty().append(inWords(names));
}

function inWords(names) {
  // A name may be written from right to left; the words around it are not.
  const [one, other] = names.map((name) => $("<bdi>").text(name));
  if (names.length === 0) return [];
  if (names.length === 1) return [one, " is typing…"];
  if (names.length === 2) return [one, " and ", other, " are typing…"];
  return ["Several people are typing…"];
}
