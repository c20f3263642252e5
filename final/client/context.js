import $ from "../static/vendor/jquery.module.min.js";
import { showError } from "./composer.js";
import { sync } from "./delivery.js";
import { draftOf } from "./drafts.js";
import { nameOf } from "./person.js";
import { request } from "./request.js";
import { store } from "./store.js";

const body = $("#composer-body");
// The message that the composer edits or replies to: {kind: "edit" | "reply", message}. Undefined for a new message.
let context;

/** Lets the composer reply to a message, or edit one. Esc and Cancel end that. */
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

/** Puts a message of mine into the composer. Afterwards, the draft comes back. */
export function startEditing(message) {
  show({ kind: "edit", message });
  $("#context-text").text("You are editing your message.");
  body.val(message.body).trigger("input").trigger("focus");
}

/** Whether the composer edits a message. */
export function isEditing() {
  return context?.kind === "edit";
}

/** The message that the composer replies to. */
export function replyContext() {
  return context?.kind === "reply" ? context.message : undefined;
}

/** Ends an edit or a reply: the composer is for a new message again. */
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
  if (wasEditing) body.val(draftOf(store.feed?.channel)).trigger("input");
  body.trigger("focus");
}

async function saveEdit(socket, text) {
  const editing = context;
  const { feed } = store;
  body.prop("readonly", true);
  const { ok, error } = await request(socket, "message:edit", { message: editing.message.id, body: text });
  // Meanwhile the reader may have opened another channel, which enables the field when it has loaded.
  if (store.feed === feed) body.prop("readonly", false);
  if (ok) sync.apply([ok.message]);
  if (context !== editing) return;
  if (error) showError(error.message);
  else cancel();
}

function show(next) {
  context = next;
  $("#context").prop("hidden", !next);
}
