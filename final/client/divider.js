import $ from "../static/vendor/jquery.module.min.js";
import { isReading } from "./last-read.js";
import { shownRows } from "./messages.js";
import { isMine, openChannel, store } from "./store.js";

// The number of the last message above the line. Undefined if there is no line.
let after;
// The element of the visible line.
let shown = $();

/** The "New" line above unread messages. It disappears when all are read and another message arrives or is sent. */
export function showDivider() {
  $(document).on("channel:opened", () => {
    const channel = openChannel();
    after = channel.unread > 0 ? channel.seen : undefined;
    shown = $();
    update();
  });
  $(document).on("feed:changed", (_event, _feed, _changed, arrived) => {
    const others = arrived.filter(({ author }) => author.id !== store.user);
    if (others.length > 0) startAt(others[0].number);
    update();
  });
  $(document).on("feed:extended", update);
  $(document).on("message:sending", () => {
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
