import $ from "../static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { chat } from "./chat.js";
import { showError } from "./composer.js";
import { draftOf } from "./drafts.js";
import { nameOf } from "./person.js";
import { applyMessages } from "./sync.js";

const body = $("#composer-body");
// What the composer is about: {kind: "edit" | "reply", message}, or nothing but a new message.
let context;

/** The composer answers a message, or changes one; Esc and Cancel end that. */
export function enableContext(socket) {
  $(document).on("message:reply", (_event, message) => startReply(message));
  $(document).on("message:edit-wanted", (_event, message) => startEditing(message));
  $(document).on("message:edit", (_event, text) => saveEdit(socket, text));
  $(document).on("channel:opening", () => show(undefined));
  $("#context-cancel").on("click", cancel);
  body.on("keydown", (event) => {
    if (event.key === "Escape" && context && !event.originalEvent.isComposing) cancel();
  });
}

/** Puts a message of mine into the composer; what was there comes back after. */
export function startEditing(message) {
  show({ kind: "edit", message });
  $("#context-text").text("You are changing your message.");
  body.val(message.body).trigger("input").trigger("focus");
}

/** Whether the composer changes a message. */
export function isEditing() {
  return context?.kind === "edit";
}

/** The message that the composer answers. */
export function replyContext() {
  return context?.kind === "reply" ? context.message : undefined;
}

/** The composer is about nothing but a new message again. */
export function finishContext() {
  show(undefined);
}

function startReply(message) {
  if (isEditing()) cancel();
  show({ kind: "reply", message });
  $("#context-text").text(`Reply to ${nameOf(message.author)}: ${message.excerpt}`);
  body.trigger("focus");
}

function cancel() {
  const wasEditing = isEditing();
  show(undefined);
  showError("");
  if (wasEditing) body.val(draftOf(chat.feed?.channel)).trigger("input");
  body.trigger("focus");
}

async function saveEdit(socket, text) {
  const editing = context;
  const { feed } = chat;
  body.prop("readonly", true);
  const { ok, error } = await ask(socket, "message:edit", { message: editing.message.id, body: text });
  // Meanwhile the reader may have gone to another channel, which opens the field when it is there.
  if (chat.feed === feed) body.prop("readonly", false);
  if (ok && chat.feed) applyMessages(chat.feed, [ok.message]);
  if (context !== editing) return;
  if (error) showError(error.message);
  else cancel();
}

function show(next) {
  context = next;
  $("#context").prop("hidden", !next);
}
