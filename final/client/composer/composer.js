import $ from "../../static/vendor/jquery.slim.module.min.js";
import { isVisible } from "../channels/names.js";
import { hasTouchKeyboard, isComposing } from "../lib/keys.js";
import { store } from "../lib/store.js";
import { send, sender } from "../messages/delivery.js";
import { showAttachments } from "./attachments.js";
import { editLast, saveEdit, showContext, withoutBlankEnds } from "./context.js";
import { draftOf, removeDraft, updateDraft } from "./drafts.js";
import { showError } from "./error.js";
import { hasFailedUploads, isUploading } from "./uploads.js";

const MAX_BODY_CHARS = 2000;
const MAX_LINES = 8;

const form = $("#composer");
const body = $("#composer-body");

/**
 * The button sends. Enter sends, too, and Shift+Enter starts a new line; a touch keyboard has no Shift+Enter, so its Enter
 * starts a new line. ↑ in an empty field edits my last message.
 */
export function enableComposer(socket) {
  body.attr("enterkeyhint", hasTouchKeyboard() ? "enter" : "send");
  form.on("submit", (event) => {
    event.preventDefault();
    if (!form.find("[type=submit]").prop("disabled")) submit(socket);
  });
  body.on("input", () => {
    saveText();
    showError("");
    adapt();
  });
  body.on("keydown", press);
  store.on("channel:opening channel:refused", leave);
  store.on("channel:opened", enter);
  store.on("attachments:changed", adapt);
  store.on("message:take-back", takeBack);
  store.on("draft:changed", (channel) => channel === store.composing && showDraft());
}

/** Shows the draft of this channel. */
function showDraft() {
  const draft = draftOf(store.composing);
  showContext(draft);
  showAttachments();
  body.val(draft.edit?.text ?? draft.text);
  adapt();
}

function enter({ number }) {
  store.composing = store.feed.channel;
  body.prop("readonly", false);
  showError("");
  showDraft();
  // On a touch screen, the keyboard would cover the messages.
  if (!number && matchMedia("(hover: hover)").matches) body.trigger("focus");
}

function leave() {
  store.composing = undefined;
  body.prop("readonly", true);
  showDraft();
}

function press(event) {
  if (isComposing(event)) return;
  const sends = event.ctrlKey || event.metaKey || !(event.shiftKey || hasTouchKeyboard());
  if (event.key === "Enter" && sends) {
    event.preventDefault();
    form.trigger("submit");
  } else if (event.key === "ArrowUp" && body.val() === "" && editLast()) {
    event.preventDefault();
  }
}

function saveText() {
  const { edit } = draftOf(store.composing);
  updateDraft(store.composing, edit ? { edit: { ...edit, text: body.val() } } : { text: body.val() });
}

function submit(socket) {
  const channel = store.composing;
  const text = withoutBlankEnds(body.val());
  if ([...text].length > MAX_BODY_CHARS) {
    return showError(`a message has at most ${MAX_BODY_CHARS.toLocaleString("en")} characters`);
  }
  body.trigger("focus");
  const { edit, reply, files } = draftOf(channel);
  if (edit) return saveEdit(socket, channel, { ...edit, text });
  if (hasFailedUploads(channel)) return showError("a file was not uploaded: remove it, or attach it again");
  const payload = { body: text, replyTo: reply?.id, files: files.map(({ id }) => id) };
  send(channel, "message:send", payload, { quote: reply, files });
  // The draft is deleted only now that the outbox has the message.
  removeDraft(channel);
  showDraft();
}

/** Moves a message that was not sent from the outbox to the composer, in front of what is written there. */
function takeBack({ clientId, payload, quote, files = [] }) {
  const draft = draftOf(store.composing);
  if (draft.edit) return showError("save or cancel your edit first");
  const text = [payload.body, draft.text].filter((part) => part !== "").join("\n");
  updateDraft(store.composing, { text, reply: draft.reply ?? quote, files: [...files, ...draft.files] });
  // The message is deleted only now that the draft has it.
  sender.discard(clientId);
  showError("");
  showDraft();
  body.trigger("focus");
}

/** Enables the button when there is something to send, and adapts the height of the field. */
function adapt() {
  const { edit, files } = draftOf(store.composing);
  const isReady = isVisible(body.val()) || (files.length > 0 && !edit);
  form.find("[type=submit]").prop("disabled", !isReady || isUploading(store.composing) || !store.composing);
  // For browsers without `field-sizing`.
  body.prop("rows", Math.min(MAX_LINES, body.val().split("\n").length));
}
