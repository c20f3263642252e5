import $ from "../static/vendor/jquery.module.min.js";
import { rowOf, shownRows } from "./messages.js";
import { store } from "./store.js";

// A reader this close to the end is reading the end.
const END_MARGIN_PX = 100;
// The first unread message, or the one that a link leads to, is shown with some messages above it.
const ABOVE = 0.25;

const list = document.querySelector("#messages");
const pill = $("#new-messages");
let isAtEnd = true;
let unseen = 0;
// The first visible row, and its position in the list.
let anchor;

/** Keeps the newest message in view for a reader who is at the end, and the position for one who is not. */
export function followMessages() {
  $(document).on("channel:opening", () => ((isAtEnd = true), showUnseen(0)));
  $(document).on("channel:opened", (_event, { number }) => begin(number));
  $(document).on("message:wanted", (_event, number) => mark(number));
  $(document).on("feed:changed", (_event, _feed, _changed, arrived) => count(arrived));
  $(document).on("feed:changed feed:extended", settle);
  $(document).on("message:sending", goToEnd);
  pill.on("click", goToEnd);
  $(list).on("scroll", () => {
    if (!isAtEnd) hold();
    isAtEnd = distanceToEnd() <= END_MARGIN_PX && !store.feed?.hasNewer;
    if (isAtEnd) showUnseen(0);
    dropAnchor();
  });
  // A font, an image, a narrower window or another message changes heights later.
  const sizes = new ResizeObserver(settle);
  [list, ...list.children].forEach((element) => sizes.observe(element));
}

function begin(number) {
  const divider = list.querySelector(".new-divider:not([hidden])");
  isAtEnd = !store.feed.hasNewer;
  settle();
  if (number) mark(number);
  else if (divider) putInView(divider);
}

function count(arrived) {
  const others = arrived.filter(({ author }) => author.id !== store.user);
  if (!isAtEnd) showUnseen(unseen + others.length);
}

function goToEnd() {
  const { feed } = store;
  if (feed?.hasNewer) return $(document).trigger("channel:wanted", [{ channel: feed.channel, isEnd: true }]);
  isAtEnd = true;
  settle();
}

/** Shows the message that a link leads to, and highlights it. */
function mark(number) {
  const row = rowOf({ number });
  if (!row) return;
  $(".message--marked").removeClass("message--marked");
  $(row).find(".message").addClass("message--marked")[0].focus({ preventScroll: true });
  putInView(row);
}

function putInView(element) {
  const top = element.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop;
  list.scrollTop = top - ABOVE * list.clientHeight;
  isAtEnd = distanceToEnd() <= END_MARGIN_PX && !store.feed.hasNewer;
  dropAnchor();
}

function settle() {
  if (isAtEnd) list.scrollTop = list.scrollHeight;
  else hold();
  dropAnchor();
}

/** Keeps the rows that the reader looks at in position when something above them changes. */
function hold() {
  if (anchor?.element.isConnected) list.scrollTop += anchor.element.offsetTop - anchor.top;
}

function dropAnchor() {
  const row = shownRows().find(({ element }) => element.offsetTop + element.offsetHeight > list.scrollTop);
  anchor = row && { element: row.element, top: row.element.offsetTop };
}

function distanceToEnd() {
  return list.scrollHeight - list.scrollTop - list.clientHeight;
}

function showUnseen(count) {
  unseen = count;
  pill.prop("hidden", count === 0).text(count === 1 ? "1 new message" : `${count} new messages`);
}
