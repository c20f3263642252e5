import $ from "../static/vendor/jquery.module.min.js";
import { chat, isMine, openChannel } from "./chat.js";
import { shownRows } from "./messages.js";
import { isReading } from "./seen.js";

// The last message above the line; undefined when there is no line.
let after;
// The element that shows the line.
let shown = $();

/** The line above what is new. It goes when all of it has been seen and something else happens. */
export function showDivider() {
  $(document).on("channel:opened", () => {
    const channel = openChannel();
    after = channel.unread > 0 ? channel.seen : undefined;
    shown = $();
    place();
  });
  $(document).on("feed:changed", (_event, _feed, _changed, arrived) => {
    const others = arrived.filter(({ author }) => author.id !== chat.user);
    if (others.length > 0) begin(others[0].number);
    place();
  });
  $(document).on("feed:extended", place);
  $(document).on("message:sending", () => {
    if (isAllSeen()) after = undefined;
    place();
  });
}

/** A new message begins something new for a reader who has seen all before and does not look now. */
function begin(number) {
  if (!isMine(openChannel()) || !isAllSeen(number)) return;
  after = isReading() ? undefined : number - 1;
}

/** Whether nothing is unread before this number. */
function isAllSeen(number = Infinity) {
  const { seen } = openChannel() ?? {};
  return !shownRows().some(({ message }) => isNew(message, seen) && message.number < number);
}

function isNew({ author, isDeleted, number }, seen) {
  return number > seen && author.id !== chat.user && !isDeleted;
}

function place() {
  const first = after === undefined ? undefined : shownRows().find(({ message }) => isNew(message, after));
  const line = $(first?.element).find(".new-divider");
  if (line.is(shown)) return;
  shown.prop("hidden", true);
  shown = line.prop("hidden", false);
}
