import $ from "../static/vendor/jquery.module.min.js";
import { placeLink } from "./location.js";
import { showQuote } from "./message.js";
import { outboxMessages, removeFromOutbox } from "./outbox.js";
import { retry } from "./sending.js";
import { store } from "./store.js";
import { copyOf } from "./template.js";

/** Shows the messages of the outbox below the others: those that are being sent, and those that have failed. */
export function showPending(socket) {
  const show = () => showOutbox(socket.connected);
  $(document).on("outbox:changed channel:opening channel:opened", show);
  socket.on("connect", show);
  socket.on("disconnect", show);
  $("#outbox").on("click", ".pending__retry", (event) => retry(clientIdOf(event)));
  $("#outbox").on("click", ".pending__delete", (event) => {
    removeFromOutbox(clientIdOf(event));
    $("#composer-body").trigger("focus");
  });
}

function showOutbox(isConnected) {
  const messages = outboxMessages().filter(({ channel }) => channel === store.feed?.channel);
  const present = new Map($("#outbox").children().get().map((item) => [item.dataset.clientId, item]));
  const wanted = messages.map((message) => {
    const item = $(present.get(message.clientId) ?? newItem(message));
    showState(item, message, isConnected);
    return item[0];
  });
  $("#outbox").children().not(wanted).remove();
  $("#outbox").append(wanted.filter((item) => !item.isConnected));
}

function newItem({ clientId, channel, payload, quote }) {
  const item = copyOf("#pending-template").attr("data-client-id", clientId);
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

function showState(item, { state, error, isStored }, isConnected) {
  const hasFailed = state === "failed";
  item.find(".message").toggleClass("message--failed", hasFailed);
  const waiting = isConnected ? "Sending…" : "Waiting for the connection…";
  const warning = isStored ? "" : " It is saved only in this window.";
  item.find(".pending__state").text((hasFailed ? `Not sent: ${error}` : waiting) + warning);
  item.find(".pending__retry, .pending__delete").prop("hidden", !hasFailed);
}

function clientIdOf(event) {
  return $(event.target).closest("[data-client-id]").attr("data-client-id");
}
