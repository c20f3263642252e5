import $ from "../../static/vendor/jquery.module.min.js";

const pill = $("#new-messages");
let unseen = 0;

/** Counts messages that have arrived below what the reader sees. A button says how many, and leads to them. */
export function addUnseen(count) {
  show(unseen + count);
}

/** The reader is at the end. */
export function clearUnseen() {
  show(0);
}

function show(count) {
  unseen = count;
  pill.prop("hidden", count === 0).text(count === 1 ? "1 new message" : `${count} new messages`);
}
