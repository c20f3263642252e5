import $ from "../static/vendor/jquery.module.min.js";
import { chat } from "./chat.js";
import { allLetters, dropLetter } from "./letters.js";
import { placeLink } from "./location.js";
import { showQuote } from "./message.js";
import { retry } from "./outbox.js";
import { copyOf } from "./template.js";

/** Shows below the messages those of mine that are on their way, and those that have failed. */
export function showPending(socket) {
  const show = () => showLetters(socket.connected);
  $(document).on("outbox:changed channel:opening channel:opened", show);
  socket.on("connect", show);
  socket.on("disconnect", show);
  $("#outbox").on("click", ".pending__retry", (event) => retry(clientIdOf(event)));
  $("#outbox").on("click", ".pending__delete", (event) => {
    dropLetter(clientIdOf(event));
    $("#composer-body").trigger("focus");
  });
}

function showLetters(isConnected) {
  const letters = allLetters().filter(({ channel }) => channel === chat.feed?.channel);
  const present = new Map($("#outbox").children().get().map((item) => [item.dataset.clientId, item]));
  const wanted = letters.map((letter) => {
    const item = $(present.get(letter.clientId) ?? newItem(letter));
    showState(item, letter, isConnected);
    return item[0];
  });
  $("#outbox").children().not(wanted).remove();
  $("#outbox").append(wanted.filter((item) => !item.isConnected));
}

function newItem({ clientId, channel, payload, quote }) {
  const item = copyOf("#pending-template").attr("data-client-id", clientId);
  const body = item.find(".message__body");
  // Not rendered yet: that is done where it is kept.
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
  const kept = isStored ? "" : " It is kept only in this window.";
  item.find(".pending__state").text((hasFailed ? `Not sent: ${error}` : waiting) + kept);
  item.find(".pending__retry, .pending__delete").prop("hidden", !hasFailed);
}

function clientIdOf(event) {
  return $(event.target).closest("[data-client-id]").attr("data-client-id");
}
