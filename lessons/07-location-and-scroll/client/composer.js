import $ from "/static/vendor/jquery.module.min.js";
import { request } from "./request.js";

const MAX_BODY_CHARS = 2000;

/** Enter or the button sends; Shift+Enter breaks the line. */
export function enableComposer(socket) {
  const form = $("#composer");
  const body = $("#composer-body");
  const button = form.find("[type=submit]");
  const showError = (message) => $("#composer-error").text(message);
  const isEmpty = () => body.val().trim() === "";

  form.on("submit", async (event) => {
    event.preventDefault();
    if (button.prop("disabled")) return;
    if ([...body.val().trim()].length > MAX_BODY_CHARS) {
      return showError(`a message has at most ${MAX_BODY_CHARS.toLocaleString("en")} characters`);
    }

    button.prop("disabled", true);
    body.prop("readonly", true);
    const { error } = await request(socket, "message:send", { body: body.val() });
    body.prop("readonly", false);
    // A refused message keeps its text.
    if (!error) body.val("");
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
  $(document).on("chat:joined", () => body.trigger("focus"));
}
