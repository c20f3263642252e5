import $ from "/static/vendor/jquery.module.min.js";
import { destination } from "./direct.js";
import { request } from "./request.js";

const MAX_BODY_CHARS = 2000;

/** Enter or the button sends; Shift+Enter breaks the line. */
export function enableComposer(socket) {
  const form = $("#composer");
  const body = $("#composer-body");
  const button = form.find("[type=submit]");
  const showError = (message) => $("#composer-error").text(message);
  const isEmpty = () => body.val().trim() === "";

  // A draft stays where it was written, so that nobody else gets it.
  const drafts = new Map();
  let open;
  $(document).on("channel:opened direct:opened", (_event, { channel, person }) => {
    drafts.set(open, body.val());
    open = person ? `@${person}` : `#${channel}`;
    body.val(drafts.get(open) ?? "");
    body.attr("placeholder", person ? `Write to ${person}` : "Write a message");
    button.prop("disabled", isEmpty());
    showError("");
  });
  $(document).on("chat:left", () => drafts.clear());

  form.on("submit", async (event) => {
    event.preventDefault();
    if (button.prop("disabled")) return;
    if ([...body.val().trim()].length > MAX_BODY_CHARS) {
      return showError(`a message has at most ${MAX_BODY_CHARS.toLocaleString("en")} characters`);
    }

    const sentFrom = open;
    button.prop("disabled", true);
    body.prop("readonly", true);
    const { error } = await request(socket, "message:send", { body: body.val(), ...destination() });
    body.prop("readonly", false);
    // A refused message keeps its text.
    if (!error) drafts.delete(sentFrom);
    if (!error && open === sentFrom) body.val("");
    showError(error ? error.message : "");
    button.prop("disabled", isEmpty());
    body.trigger("focus");
  });

  body.on("input", () => button.prop("disabled", isEmpty()));
  body.on("keydown", (event) => {
    // Enter while composing picks a character of, say, Japanese.
    if (event.key !== "Enter" || event.shiftKey || event.originalEvent.isComposing) return;
    event.preventDefault();
    form.trigger("submit");
  });
  $(document).on("chat:joined direct:opened", () => body.trigger("focus"));
}
