import $ from "../static/vendor/jquery.module.min.js";
import { isEditing } from "./context.js";
import * as storage from "./storage.js";
import { store } from "./store.js";

const PREFIX = "draft:";

/** Saves the unsent text of each channel, even across a reload. */
export function saveDrafts() {
  const body = $("#composer-body");
  body.on("input", () => {
    // The text of an edited message is not a draft.
    if (!store.feed || isEditing()) return;
    const key = keyOf(store.feed.channel);
    if (body.val() === "") storage.remove(key);
    else storage.set(key, body.val());
  });
  $(document).on("channel:opened", () => body.val(draftOf(store.feed.channel)));
}

/** The unsent text of a channel. */
export function draftOf(channel) {
  return storage.get(keyOf(channel)) ?? "";
}

function keyOf(channel) {
  return PREFIX + channel;
}
