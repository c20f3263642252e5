import $ from "../static/vendor/jquery.module.min.js";
import { hasAttachments, isUploading, takeAttachments } from "./attachments.js";
import { finishContext, isEditing, replyContext, startEditing } from "./context.js";
import { shownRows } from "./messages.js";
import { isVisible } from "./names.js";
import { send } from "./sending.js";
import { isMine, openChannel, store } from "./store.js";

const MAX_BODY_CHARS = 2000;
const MAX_LINES = 8;
const COMPOSING_KEY = 229;

const form = $("#composer");
const body = $("#composer-body");

/** Enter or the button sends; Shift+Enter breaks the line; ↑ in an empty field edits my last message. */
export function enableComposer() {
  form.on("submit", (event) => {
    event.preventDefault();
    if (!form.find("[type=submit]").prop("disabled")) submit();
  });
  body.on("input", () => {
    showError("");
    adapt();
  });
  body.on("keydown", (event) => {
    if (isComposing(event.originalEvent)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.trigger("submit");
    } else if (event.key === "ArrowUp" && body.val() === "" && editLast()) {
      event.preventDefault();
    }
  });
  $(document).on("attachments:changed", adapt);
  $(document).on("attachments:refused", (_event, message) => showError(message));
  $(document).on("channel:opening channel:refused", () => {
    body.prop("readonly", true);
    adapt();
  });
  $(document).on("channel:opened channels:changed", showForMembers);
  $(document).on("channel:opened", (_event, { number }) => {
    body.prop("readonly", false);
    showError("");
    adapt();
    // On a touch screen, the keyboard would cover the messages.
    if (!number && matchMedia("(hover: hover)").matches) body.trigger("focus");
  });
}

/** Shows an error below the field. */
export function showError(message) {
  $("#composer-error").text(message);
}

/** Enter while composing picks a character of, say, Japanese. Safari reports that only by the key code. */
function isComposing(event) {
  return event.isComposing || event.keyCode === COMPOSING_KEY;
}

function submit() {
  const text = body.val().trim();
  if ([...text].length > MAX_BODY_CHARS) {
    return showError(`a message has at most ${MAX_BODY_CHARS.toLocaleString("en")} characters`);
  }
  body.trigger("focus");
  if (isEditing()) return $(document).trigger("message:edit", [text]);
  const quoted = replyContext();
  finishContext();
  const files = takeAttachments();
  send("message:send", { body: text, replyTo: quoted?.id, files: files.map(({ id }) => id) }, quoted);
  // The draft is deleted only now that the outbox has the message.
  body.val("").trigger("input");
}

/** Enables the button when there is something to send, and adapts the height of the field. */
function adapt() {
  const isReady = isVisible(body.val()) || (hasAttachments() && !isEditing());
  form.find("[type=submit]").prop("disabled", !isReady || isUploading() || !store.feed);
  // For browsers without `field-sizing`.
  body.prop("rows", Math.min(MAX_LINES, body.val().split("\n").length));
}

function editLast() {
  const own = shownRows().filter(({ message }) => mayEdit(message));
  if (own.length === 0 || isEditing()) return false;
  startEditing(own.at(-1).message);
  return true;
}

function mayEdit({ author, isDeleted, place }) {
  return author.id === store.user && !isDeleted && !place;
}

/** Subscribers get the composer, everyone else a button to subscribe. */
function showForMembers() {
  const channel = openChannel();
  if (!channel) return;
  form.prop("hidden", !isMine(channel));
  $("#subscribe-bar").prop("hidden", isMine(channel));
}
