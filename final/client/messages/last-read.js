import $ from "../../static/vendor/jquery.slim.module.min.js";
import { refresh } from "../channels/channels.js";
import { markAllRead, markRead } from "../channels/unread.js";
import { distanceToEnd } from "../lib/distance.js";
import { request } from "../lib/request.js";
import { isMine, openChannel, store } from "../lib/store.js";

const REPORT_AFTER_MS = 300;
const END_MARGIN_PX = 100;

const list = document.querySelector("#messages");

/** Reports to the server which messages I have read: those that were on the screen while I was looking at this tab. */
export function reportRead(socket) {
  const onScreen = new Set();
  // The reads that are not reported yet, by channel: {number, isKnown}.
  const unreported = new Map();
  let timer;

  const report = () => {
    timer = undefined;
    unreported.forEach((read, channel) => reportOne(socket, channel, read));
    unreported.clear();
  };
  const update = () => {
    const channel = openChannel();
    const number = Math.max(0, ...[...onScreen].map((row) => Number(row.dataset.number)));
    if (!isLooking() || !isMine(channel) || number <= channel.seen) return;
    const isKnown = markRead(channel, number) && unreported.get(channel.id)?.isKnown !== false;
    unreported.set(channel.id, { number, isKnown });
    timer ??= setTimeout(report, REPORT_AFTER_MS);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      entries.forEach(({ isIntersecting, target }) =>
        isIntersecting ? onScreen.add(target) : onScreen.delete(target),
      );
      update();
    },
    { root: list, threshold: 0.01 },
  );
  new MutationObserver((changes) => {
    changes.flatMap(({ addedNodes }) => [...addedNodes]).forEach((row) => observer.observe(row));
    changes.flatMap(({ removedNodes }) => [...removedNodes]).forEach((row) => {
      observer.unobserve(row);
      onScreen.delete(row);
    });
  }).observe(document.querySelector("#message-list"), { childList: true });
  $("#mark-read").on("click", () => {
    const channel = openChannel();
    reportOne(socket, channel.id, { number: markAllRead(channel), isKnown: true });
    // The button is hidden now.
    $("#new-messages").trigger("focus");
  });
  $(window).on("focus", update);
  // A report over a lost connection may not have arrived, and a count may be older than it.
  $(document).on("visibilitychange", update);
  store.on("feed:reconnected channels:changed", update);
}

async function reportOne(socket, channel, { number, isKnown }) {
  await request(socket, "channel:see", { channel, number });
  if (!isKnown) refresh(channel);
}

/** Whether the reader is looking at this tab. */
function isLooking() {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Whether the reader is looking at the newest messages. */
export function isReading() {
  return isLooking() && distanceToEnd(list) <= END_MARGIN_PX;
}
