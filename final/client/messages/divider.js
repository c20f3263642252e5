import $ from "../../static/vendor/jquery.slim.module.min.js";
import { isMine, openChannel, store } from "../lib/store.js";
import { isReading } from "./last-read.js";
import { shownRows } from "./messages.js";

// The number of the last message above the line. Undefined if there is no line.
let after;
// The element of the visible line.
let shown = $();

/** The "New" line above unread messages. It disappears when all are read and another message arrives or is sent. */
export function showDivider() {
  store.on("channel:opened", () => {
    const channel = openChannel();
    after = channel.unread > 0 ? channel.seen : undefined;
    shown = $();
    update();
  });
  store.on("feed:changed", ({ arrived }) => {
    const others = arrived.filter(({ author }) => author.id !== store.user);
    if (others.length > 0) startAt(others[0].number);
    update();
  });
  store.on("feed:extended", update);
  store.on("feed:replaced", () => {
    shown = $();
    update();
  });
  store.on("message:sending", () => {
    if (isAllRead()) after = undefined;
    update();
  });
}

/** Puts the line above a new message, if the reader has read all before it and is not looking now. */
function startAt(number) {
  if (!isMine(openChannel()) || !isAllRead(number)) return;
  after = isReading() ? undefined : number - 1;
}

/** Whether all messages before this number are read. */
function isAllRead(number = Infinity) {
  const { seen: lastRead } = openChannel() ?? {};
  return !shownRows().some(({ message }) => isNew(message, lastRead) && message.number < number);
}

function isNew({ author, isDeleted, number }, lastRead) {
  return number > lastRead && author.id !== store.user && !isDeleted;
}

function update() {
  const first = after === undefined ? undefined : shownRows().find(({ message }) => isNew(message, after));
  const line = $(first?.element).find(".new-divider");
  if (line.is(shown)) return;
  shown.prop("hidden", true);
  shown = line.prop("hidden", false);
}
