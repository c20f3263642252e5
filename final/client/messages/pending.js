import $ from "../../static/vendor/jquery.slim.module.min.js";
import { placeLink } from "../composer/location.js";
import { updateList } from "../lib/keyed-list.js";
import { store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { outbox, sender } from "./delivery.js";
import { showQuote } from "./message.js";

// A retry that succeeds at once is not worth a word.
const MANY_ATTEMPTS = 3;

/** Shows the messages of the outbox below the others: those that are being sent, and those that have failed. */
export function showPending(socket) {
  const show = () => showOutbox(socket.connected);
  store.on("outbox:changed channel:opening channel:opened", show);
  socket.on("connect", show);
  socket.on("disconnect", show);
  $("#outbox").on("click", ".pending__retry", (event) => sender.retry(clientIdOf(event)));
  $("#outbox").on("click", ".pending__edit", (event) => {
    const message = outbox.get(clientIdOf(event));
    if (message) store.emit("message:take-back", message);
  });
  $("#outbox").on("click", ".pending__delete", (event) => {
    sender.discard(clientIdOf(event));
    $("#composer-body").trigger("focus");
  });
}

function showOutbox(isConnected) {
  const messages = outbox.all().filter(({ channel }) => channel === store.feed?.channel);
  const first = messages.find(({ state }) => state === "pending");
  updateList($("#outbox"), messages, {
    keyOf: ({ clientId }) => clientId,
    create: newItem,
    fill: (item, message) => showState(item, message, message === first, isConnected),
  });
}

function newItem({ channel, payload, quote }) {
  const item = copyOf("#pending-template");
  const body = item.find(".message__body");
  // The plain text: the server renders a message when it has saved it.
  if (payload.latitude === undefined) body.text(inWords(payload));
  else body.append(placeLink(payload));
  showQuote(item.find(".quote"), channel, quote);
  return item;
}

function inWords({ body, files = [] }) {
  if (files.length === 0) return body;
  return `${body} 📎 ${files.length === 1 ? "1 file" : `${files.length} files`}`;
}

function showState(item, message, isFirst, isConnected) {
  const { state, attempts, isStored, payload } = message;
  const hasFailed = state === "failed";
  item.find(".message").toggleClass("message--failed", hasFailed);
  const warning = isStored ? "" : " It is saved only in this window.";
  item.find(".pending__state").text(stateInWords(message, isFirst, isConnected) + warning);
  item.find(".pending__retry, .pending__delete").prop("hidden", !hasFailed && attempts < MANY_ATTEMPTS);
  item.find(".pending__edit").prop("hidden", !hasFailed || payload.body === undefined);
}

function stateInWords({ state, attempts, error }, isFirst, isConnected) {
  if (state === "failed") return `Not sent: ${error}`;
  if (!isConnected) return "Waiting for the connection…";
  if (!isFirst) return "Waiting for the message above…";
  if (attempts < MANY_ATTEMPTS) return "Sending…";
  return `Not sent yet: ${error}. Trying again…`;
}

function clientIdOf(event) {
  return $(event.target).closest("[data-key]").attr("data-key");
}
