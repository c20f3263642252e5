import $ from "../static/vendor/jquery.module.min.js";
import { addToOutbox, outboxMessages, removeFromOutbox, updateInOutbox } from "./outbox.js";
import { isTemporary as isTemporaryError, request } from "./request.js";
import { store } from "./store.js";
import { applyMessages } from "./sync.js";

const MAX_ATTEMPTS = 3;
const RETRY_MS = 1000;

let isSending = false;

/** Sends the messages of the outbox, one after the other. Triggers "outbox:changed" on the document. */
export function sendInOrder(socket) {
  $(document).on("outbox:waiting", () => sendAll(socket));
  socket.on("socket:welcome", () => {
    // The server may have received them already. It saves a client id only once.
    outboxMessages()
      .filter(({ state, isTemporary }) => state === "pending" || isTemporary)
      .forEach(({ clientId }) => reset(clientId));
    sendAll(socket);
  });
  // A message that arrives in any way was sent.
  const arrive = (message) => message.author.id === store.user && removeFromOutbox(message.clientId);
  socket.on("message:created", ({ message }) => arrive(message));
  $(document).on("feed:changed", (_event, _feed, changed) => changed.forEach(arrive));
  $(document).on("channel:opened", () => store.feed.messages.forEach(arrive));
}

/** Sends a message to the open channel. Triggers "message:sending" on the document. */
export function send(event, payload, quote) {
  addToOutbox({ channel: store.feed.channel, event, payload, quote, tries: 1 });
  $(document).trigger("message:sending").trigger("outbox:waiting");
}

/** Sends a failed message again. */
export function retry(clientId) {
  reset(clientId);
  $(document).trigger("outbox:waiting");
}

async function sendAll(socket) {
  if (isSending) return;
  isSending = true;
  try {
    for (let message; socket.connected && (message = nextMessage()); ) await sendOne(socket, message);
  } finally {
    // Even if one message has failed, the next one can be sent.
    isSending = false;
  }
}

function nextMessage() {
  return outboxMessages().find(({ state }) => state === "pending");
}

async function sendOne(socket, message) {
  const { event, channel, clientId, payload } = message;
  const { ok, error } = await request(socket, event, { channel, clientId, ...payload });
  if (ok) {
    if (store.feed?.channel === channel) applyMessages(store.feed, [ok.message]);
    removeFromOutbox(clientId);
  } else if (socket.connected) {
    await handleFailure(message, error);
  }
}

/** Retries a few times if the request may succeed later. Otherwise the author decides. */
async function handleFailure({ clientId, tries }, error) {
  // After the log-in, the author comes back.
  const isTemporary = isTemporaryError(error) || error.code === "log-in-first";
  if (isTemporary && tries < MAX_ATTEMPTS) {
    updateInOutbox(clientId, { tries: tries + 1 });
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * tries));
  } else {
    updateInOutbox(clientId, { state: "failed", error: error.message, isTemporary });
  }
}

function reset(clientId) {
  updateInOutbox(clientId, { state: "pending", tries: 1, isTemporary: false });
}
