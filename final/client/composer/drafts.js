import $ from "../../static/vendor/jquery.slim.module.min.js";
import { isFile, isObject, isQuote } from "../lib/delivery/unsent.js";
import * as storage from "../lib/storage.js";
import { store } from "../lib/store.js";

const PREFIX = "draft:";
const EMPTY = { text: "", reply: undefined, edit: undefined, files: [] };

/** Emits "draft:changed" when another window of mine changes or sends what is written in a channel. */
export function watchDrafts() {
  $(window).on("storage", ({ originalEvent: { key } }) => {
    const prefix = storage.fullKey(PREFIX);
    if (key?.startsWith(prefix)) store.emit("draft:changed", Number(key.slice(prefix.length)));
  });
}

/**
 * The work in a channel that is not sent.
 *
 * @typedef {object} Draft
 * @property {string} text
 * @property {object} [reply] the message that it replies to
 * @property {{message: object, text: string}} [edit] a message of mine that is being edited. The rest waits meanwhile.
 * @property {object[]} files the files that are uploaded for it
 * @returns {Draft}
 */
export function draftOf(channel) {
  const stored = storage.get(PREFIX + channel);
  return isObject(stored) ? checked(stored) : EMPTY;
}

/** Changes a part of a draft. It survives a reload. */
export function updateDraft(channel, changes) {
  if (channel === undefined) return;
  const draft = { ...draftOf(channel), ...changes };
  const isEmpty = draft.text === "" && !draft.reply && !draft.edit && draft.files.length === 0;
  if (isEmpty) storage.remove(PREFIX + channel);
  else storage.set(PREFIX + channel, draft);
}

/** The draft was sent. */
export function removeDraft(channel) {
  storage.remove(PREFIX + channel);
}

/** In how many channels something is written. */
export function countDrafts() {
  return storage.keys(PREFIX).length;
}

/** An older release or another program may have stored something else. */
function checked({ text, reply, edit, files }) {
  return {
    text: typeof text === "string" ? text : "",
    reply: isQuote(reply) ? reply : undefined,
    edit: isQuote(edit?.message) && typeof edit.text === "string" ? edit : undefined,
    files: Array.isArray(files) ? files.filter(isFile) : [],
  };
}
