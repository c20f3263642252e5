import $ from "../../static/vendor/jquery.slim.module.min.js";
import { isMine, openChannel, store } from "../lib/store.js";

let unseen = 0;
let isAtEnd = true;

/**
 * A round button leads to the newest message whenever the reader is not at the end. It counts the messages that have
 * arrived below. Beside it, a button marks all messages as read.
 */
export function showWayToNewest() {
  store.on("channel:opening channel:opened feed:replaced channels:changed", show);
}

/** Messages have arrived below what the reader sees. */
export function addUnseen(count) {
  unseen += count;
  show();
}

/** The reader has come to the end, or has left it. */
export function setAtEnd(isNow) {
  if (isNow) unseen = 0;
  isAtEnd = isNow;
  show();
}

function show() {
  const isAway = !isAtEnd && Boolean(store.feed);
  $("#new-messages").prop("hidden", !isAway);
  $("#new-messages-count").text(unseen || "");
  $("#new-messages-text").text(inWords());
  const channel = openChannel();
  const unread = isAway && isMine(channel) ? channel.unread : 0;
  $("#mark-read").prop("hidden", unread === 0).text(`${unread > 99 ? "99+" : unread} unread · Mark as read`);
}

function inWords() {
  if (unseen === 0) return "Go to the newest message";
  return unseen === 1 ? " new message" : " new messages";
}
