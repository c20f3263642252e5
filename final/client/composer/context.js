import $ from "../../static/vendor/jquery.slim.module.min.js";
import { isComposing } from "../lib/keys.js";
import { request } from "../lib/request.js";
import { showNotice } from "../lib/notices.js";
import { store } from "../lib/store.js";
import { sync } from "../messages/delivery.js";
import { shownRows } from "../messages/messages.js";
import { nameOf } from "../people/person.js";
import { draftOf, updateDraft } from "./drafts.js";
import { showError } from "./error.js";

const body = $("#composer-body");

/** Lets the composer reply to a message, or edit one. Esc and Cancel end that. */
export function enableContext() {
  store.on("message:reply", startReply);
  store.on("message:edit", startEditing);
  $("#context-cancel").on("click", cancel);
  body.on("keydown", (event) => {
    if (event.key === "Escape" && !isComposing(event) && hasContext()) cancel();
  });
}

/** Puts a message of mine into the composer. Afterwards, the rest of the draft comes back. */
function startEditing(message) {
  updateDraft(store.composing, { edit: { message: summaryOf(message), text: message.body } });
  showChange();
  body.trigger("focus");
}

/** Edits my last message. False if there is none. */
export function editLast() {
  const last = shownRows().findLast(({ message }) => mayEdit(message));
  if (!last || isEditing()) return false;
  startEditing(last.message);
  return true;
}

/** Whether the composer edits a message. */
export function isEditing() {
  return Boolean(draftOf(store.composing).edit);
}

/** Shows above the field which message a draft replies to, or that it edits one. */
export function showContext({ reply, edit }) {
  $("#context").prop("hidden", !reply && !edit);
  if (edit) $("#context-text").text("You are editing your message.");
  else if (reply) $("#context-text").text(`Reply to ${nameOf(reply.author)}: ${reply.excerpt}`);
}

/** The text without the empty lines around it. The first line keeps its indentation. */
export function withoutBlankEnds(text) {
  return text.replace(/^\s*\n|\s+$/g, "");
}

/** Saves an edit. Meanwhile, its author may open another channel. */
export async function saveEdit(socket, channel, { message, text }) {
  body.prop("readonly", true);
  const { ok, error } = await request(socket, "message:edit", { message: message.id, body: text });
  const isHere = store.composing === channel;
  if (isHere) body.prop("readonly", false);
  if (error) return isHere ? showError(error.message) : showNotice(`Your edit is not saved: ${error.message}`);
  sync.apply([ok.message]);
  if (draftOf(channel).edit?.message.id === message.id) updateDraft(channel, { edit: undefined });
  if (isHere) showChange();
}

function startReply(message) {
  updateDraft(store.composing, { edit: undefined, reply: summaryOf(message) });
  showChange();
  body.trigger("focus");
}

function cancel() {
  updateDraft(store.composing, isEditing() ? { edit: undefined } : { reply: undefined });
  showError("");
  showChange();
  body.trigger("focus");
}

function hasContext() {
  const { reply, edit } = draftOf(store.composing);
  return Boolean(reply || edit);
}

function showChange() {
  store.emit("draft:changed", store.composing);
}

function summaryOf({ id, number, author, excerpt, isDeleted }) {
  return { id, number, author, excerpt, isDeleted };
}

function mayEdit({ author, isDeleted, place }) {
  return author.id === store.user && !isDeleted && !place;
}
