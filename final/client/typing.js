import $ from "../static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { chat, isMine, openChannel } from "./chat.js";
import { isEditing } from "./context.js";
import { nameOf } from "./person.js";

const TELL_EVERY_MS = 3000;
const SHOWN_MS = 5000;

// Who types in the open channel, with the timer that ends it.
const typists = new Map();

/** Tells the others that I type, and shows who of them does. */
export function showTyping(socket) {
  let toldAt = 0;

  $("#composer-body").on("input", ({ target }) => {
    if (target.value === "" || isEditing() || !isMine(openChannel()) || Date.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = Date.now();
    // Nothing is lost when this is: so nobody waits for the answer.
    ask(socket, "typing:start", { channel: chat.feed.channel });
  });
  $(document).on("message:sending", () => (toldAt = 0));
  socket.on("typing:started", ({ channel, person }) => {
    if (channel === chat.feed?.channel) begin(person);
  });
  socket.on("message:created", ({ message }) => end(message.author.id));
  $(document).on("channel:opening", () => [...typists.keys()].forEach(end));
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
  $("#typing").text(inWords(names));
}

function inWords(names) {
  if (names.length === 0) return "";
  if (names.length === 1) return `${names[0]} is typing…`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing…`;
  return "Several people are typing…";
}
