import $ from "../static/vendor/jquery.module.min.js";
import { chat, openChannel } from "./chat.js";
import { fillMessage } from "./message.js";
import { copyOf } from "./template.js";

const GROUPED_WITHIN_MS = 5 * 60 * 1000;
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });

// The rows in the list, oldest first, with the messages that they show.
let rows = [];

/** Shows the messages of the open channel in their order, with a line above each day. */
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

/** The element that shows the message with this number. */
export function rowOf({ number }) {
  const row = rows[placeOf(number)];
  return row?.message.number === number ? row.element : undefined;
}

function showLoaded() {
  chat.feed.loaded().forEach((message) => rowOf(message) ?? show(message));
}

/** Old messages are no news: a screen reader does not read them out. */
function quietly(change) {
  $("#messages").attr("aria-busy", "true");
  change();
  requestAnimationFrame(() => $("#messages").removeAttr("aria-busy"));
}

function show(message) {
  const place = placeOf(message.number);
  const isNew = rows[place]?.message.number !== message.number;
  if (isNew) {
    const element = copyOf("#message-template")[0];
    $("#message-list")[0].insertBefore(element, rows[place]?.element ?? null);
    rows.splice(place, 0, { element, message });
  }
  rows[place].message = message;
  fillMessage($(rows[place].element), message, openChannel(), chat.feed.quoteIn(message));
  arrange(place);
  arrange(place + 1);
}

/** Sets a row off from the one above it, or joins it to that. */
function arrange(place) {
  if (!rows[place]) return;
  const { element, message } = rows[place];
  const above = rows[place - 1]?.message;
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

/** Where in `rows` a number is, or belongs. */
function placeOf(number) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].message.number < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
