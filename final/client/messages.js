import $ from "../static/vendor/jquery.module.min.js";
import { fillMessage } from "./message.js";
import { openChannel, store } from "./store.js";
import { copyOf } from "./template.js";

const GROUPED_WITHIN_MS = 5 * 60 * 1000;
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });

// The rows of the list with their messages, oldest first.
let rows = [];

/** Shows the messages of the open channel in order, with a line above each day. */
export function showMessages() {
  $(document).on("channel:opening", () => {
    rows = [];
    $("#message-list").empty();
  });
  $(document).on("channel:opened feed:extended", () => quietly(showLoaded));
  $(document).on("feed:changed", (_event, feed, messages) => {
    messages.filter((message) => feed.isLoaded(message)).forEach(show);
  });
  $(document).on("person:changed", () => rows.forEach(({ message }) => show(message)));
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
  if (isNew) {
    const element = copyOf("#message-template")[0];
    $("#message-list")[0].insertBefore(element, rows[index]?.element ?? null);
    rows.splice(index, 0, { element, message });
  }
  rows[index].message = message;
  fillMessage($(rows[index].element), message, openChannel(), store.feed.quoteIn(message));
  arrange(index);
  arrange(index + 1);
}

/** Shows the day above the first message of a day, and groups messages that follow each other closely. */
function arrange(index) {
  if (!rows[index]) return;
  const { element, message } = rows[index];
  const above = rows[index - 1]?.message;
  const day = dayOf(message);
  const isNewDay = !above || day !== dayOf(above);
  $(element).find(".day").prop("hidden", !isNewDay).find(".day__text").text(day);
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
