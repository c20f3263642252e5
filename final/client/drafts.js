import $ from "../static/vendor/jquery.module.min.js";
import { chat } from "./chat.js";
import { isEditing } from "./context.js";
import { forget, recall, remember } from "./memory.js";

const PREFIX = "draft:";

/** What is typed and not sent stays with its channel, over a reload too. */
export function keepDrafts() {
  const body = $("#composer-body");
  body.on("input", () => {
    // The text of a message that is being changed is no draft.
    if (!chat.feed || isEditing()) return;
    const key = keyOf(chat.feed.channel);
    if (body.val() === "") forget(key);
    else remember(key, body.val());
  });
  $(document).on("channel:opened", () => body.val(draftOf(chat.feed.channel)));
}

/** What is typed and not sent in a channel. */
export function draftOf(channel) {
  return recall(keyOf(channel)) ?? "";
}

function keyOf(channel) {
  return PREFIX + channel;
}
