import $ from "../static/vendor/jquery.module.min.js";
import { ask, isTemporary as mayPass } from "./ask.js";
import { chat } from "./chat.js";
import { addLetter, allLetters, changeLetter, dropLetter } from "./letters.js";
import { applyMessages } from "./sync.js";

const MAX_TRIES = 3;
const RETRY_MS = 1000;

let isSending = false;

/** Sends the messages that are on their way, one after the other. Triggers "outbox:changed" on the document. */
export function sendInOrder(socket) {
  $(document).on("outbox:waiting", () => sendAll(socket));
  socket.on("socket:welcome", () => {
    // The server may have got them, or not; the same number twice is one message.
    allLetters()
      .filter(({ state, isTemporary }) => state === "pending" || isTemporary)
      .forEach(({ clientId }) => again(clientId));
    sendAll(socket);
  });
  // Whatever brings it: a message that is here is not on its way any more.
  const arrive = (message) => message.author.id === chat.user && dropLetter(message.clientId);
  socket.on("message:created", ({ message }) => arrive(message));
  $(document).on("feed:changed", (_event, _feed, changed) => changed.forEach(arrive));
  $(document).on("channel:opened", () => chat.feed.messages.forEach(arrive));
}

/** Writes a message into the open channel. Triggers "message:sending" on the document. */
export function send(event, payload, quote) {
  addLetter({ channel: chat.feed.channel, event, payload, quote, tries: 1 });
  $(document).trigger("message:sending").trigger("outbox:waiting");
}

/** Tries a message again that has failed. */
export function retry(clientId) {
  again(clientId);
  $(document).trigger("outbox:waiting");
}

async function sendAll(socket) {
  if (isSending) return;
  isSending = true;
  try {
    for (let letter; socket.connected && (letter = nextLetter()); ) await sendOne(socket, letter);
  } finally {
    // Whatever went wrong with one message, the next is sent.
    isSending = false;
  }
}

function nextLetter() {
  return allLetters().find(({ state }) => state === "pending");
}

async function sendOne(socket, letter) {
  const { event, channel, clientId, payload } = letter;
  const { ok, error } = await ask(socket, event, { channel, clientId, ...payload });
  if (ok) {
    if (chat.feed?.channel === channel) applyMessages(chat.feed, [ok.message]);
    dropLetter(clientId);
  } else if (socket.connected) {
    await takeRefusal(letter, error);
  }
}

/** What may succeed later is tried a few times; then, as for everything else, the reader decides. */
async function takeRefusal({ clientId, tries }, error) {
  // Who has to log in first comes back.
  const isTemporary = mayPass(error) || error.code === "log-in-first";
  if (isTemporary && tries < MAX_TRIES) {
    changeLetter(clientId, { tries: tries + 1 });
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * tries));
  } else {
    changeLetter(clientId, { state: "failed", error: error.message, isTemporary });
  }
}

function again(clientId) {
  changeLetter(clientId, { state: "pending", tries: 1, isTemporary: false });
}
