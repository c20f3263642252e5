import $ from "../../static/vendor/jquery.slim.module.min.js";
import { distanceToEnd } from "../lib/distance.js";
import { store } from "../lib/store.js";
import { rowOf, shownRows } from "./messages.js";
import * as newest from "./new-messages.js";

// A reader this close to the end is reading the end.
const END_MARGIN_PX = 100;
// The first unread message, or the one that a link leads to, is shown with some messages above it.
const ABOVE = 0.25;

const list = document.querySelector("#messages");
let isAtEnd = true;
// The row that stays in position when something above it changes, and that position.
let anchor;
// The row that a link or the "New" line leads to. It is the anchor until the reader scrolls.
let pinned;

/** Keeps the newest message in view for a reader who is at the end, and the position for one who is not. */
export function followMessages() {
  store.on("channel:opening", () => setAtEnd(true));
  store.on("channel:opened feed:replaced", ({ number }) => begin(number));
  store.on("message:wanted", (number) => mark(number));
  store.on("feed:changed", ({ arrived }) => count(arrived));
  store.on("feed:changed feed:extended", settle);
  store.on("message:sending", goToEnd);
  $("#new-messages").on("click", goToEnd);
  $(list).on("scroll", () => {
    if (!isAtEnd) hold();
    lookForEnd();
    dropAnchor();
  });
  // A font, an image, a narrower window or another message changes heights later.
  $(list).on("wheel touchmove keydown pointerdown", () => (pinned = undefined));
  const sizes = new ResizeObserver((changes) => {
    // A composer that grows must not cover the last message.
    if (isAtEnd && changes.some(({ target }) => target === list)) pinned = undefined;
    settle();
  });
  [list, ...list.children].forEach((element) => sizes.observe(element));
}

function begin(number) {
  pinned = undefined;
  const divider = list.querySelector(".new-divider:not([hidden])");
  setAtEnd(!store.feed.hasNewer);
  settle();
  if (number) mark(number);
  else if (divider) putInView(divider);
}

function count(arrived) {
  const others = arrived.filter(({ author }) => author.id !== store.user);
  if (!isAtEnd) newest.addUnseen(others.length);
  else if (arrived.length > 0) pinned = undefined;
}

function goToEnd() {
  const { feed } = store;
  // Until the newest messages have loaded, the end is below those that have.
  if (feed?.hasNewer) store.emit("channel:wanted", { channel: feed.channel, isEnd: true });
  setAtEnd(true);
  pinned = undefined;
  settle();
}

function setAtEnd(isNow) {
  isAtEnd = isNow;
  newest.setAtEnd(isNow);
}

function lookForEnd() {
  setAtEnd(distanceToEnd(list) <= END_MARGIN_PX && !store.feed?.hasNewer);
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
  lookForEnd();
  pinned = element.closest(".row");
  dropAnchor();
}

function settle() {
  if (isAtEnd && !pinned) list.scrollTop = list.scrollHeight;
  else hold();
  dropAnchor();
}

/** Keeps the rows that the reader looks at in position when something above them changes. */
function hold() {
  if (anchor?.element.isConnected) list.scrollTop += anchor.element.offsetTop - anchor.top;
}

function dropAnchor() {
  const isVisible = ({ element }) => element.offsetTop + element.offsetHeight > list.scrollTop;
  const element = pinned?.isConnected ? pinned : shownRows().find(isVisible)?.element;
  anchor = element && { element, top: element.offsetTop };
}
