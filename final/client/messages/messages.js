import $ from "../../static/vendor/jquery.slim.module.min.js";
import { openChannel, store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { setText } from "../lib/update.js";
import { fillMessage } from "./message.js";

const GROUPED_WITHIN_MS = 5 * 60 * 1000;
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });

// The rows of the list with their messages, oldest first.
let rows = [];

/** Shows the messages of the open channel in order, with a line above each day. */
export function showMessages() {
  store.on("channel:opening", clear);
  store.on("channel:opened feed:extended", () => quietly(showLoaded));
  store.on("feed:replaced", () => {
    clear();
    quietly(showLoaded);
  });
  store.on("feed:changed", ({ messages }) => {
    messages.filter((message) => store.feed.isLoaded(message)).forEach(show);
  });
  store.on("person:changed", () => rows.forEach(({ message }) => show(message)));
}

/** The rows and their messages, oldest first. */
export function shownRows() {
  return rows;
}

/** The element of the message with this number, if it is shown. */
export function rowOf({ number }) {
  const row = rows[indexOf(number)];
  return row?.message.number === number ? row.element : undefined;
}

function clear() {
  rows = [];
  $("#message-list").empty();
}

function showLoaded() {
  store.feed.loaded().forEach((message) => rowOf(message) ?? show(message));
}

/** A screen reader must not read out old messages while they are added. */
function quietly(change) {
  $("#messages").attr("aria-busy", "true");
  change();
  requestAnimationFrame(() => $("#messages").removeAttr("aria-busy"));
}

function show(message) {
  const index = indexOf(message.number);
  const isNew = rows[index]?.message.number !== message.number;
  if (isNew) rows.splice(index, 0, { element: copyOf("#message-template")[0] });
  const row = rows[index];
  row.message = message;
  fillMessage($(row.element), message, openChannel(), store.feed.quoteIn(message));
  arrange(index);
  arrange(index + 1);
  // As a whole, so that a screen reader reads it out once.
  if (isNew) $("#message-list")[0].insertBefore(row.element, rows[index + 1]?.element ?? null);
}

/** Shows the day above the first message of a day, and groups messages that follow each other closely. */
function arrange(index) {
  if (!rows[index]) return;
  const { element, message } = rows[index];
  const above = rows[index - 1]?.message;
  const day = dayOf(message);
  const isNewDay = !above || day !== dayOf(above);
  $(element).find(".day").prop("hidden", !isNewDay);
  setText($(element).find(".day__text"), day);
  const isNear = above && new Date(message.sentAt) - new Date(above.sentAt) < GROUPED_WITHIN_MS;
  const isGrouped = !isNewDay && isNear && above.author.id === message.author.id && !message.replyTo;
  $(element).find(".message").toggleClass("message--grouped", isGrouped);
}

function dayOf({ sentAt }) {
  return DAY.format(new Date(sentAt));
}

/** The index in `rows` where a number is, or where it belongs. */
function indexOf(number) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].message.number < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
