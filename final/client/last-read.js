import $ from "../static/vendor/jquery.module.min.js";
import { markRead } from "./channels.js";
import { request } from "./request.js";
import { isMine, openChannel, store } from "./store.js";

const REPORT_AFTER_MS = 300;

const list = document.querySelector("#messages");

/** Reports to the server which messages I have read: those that were on the screen while I was looking at this tab. */
export function reportRead(socket) {
  const onScreen = new Set();
  // The last read number of each channel that is not reported yet.
  const unreported = new Map();
  let timer;

  const report = () => {
    timer = undefined;
    unreported.forEach((number, channel) => request(socket, "channel:see", { channel, number }));
    unreported.clear();
  };
  const update = () => {
    const channel = openChannel();
    const number = Math.max(0, ...[...onScreen].map((row) => Number(row.dataset.number)));
    if (!isLooking() || !isMine(channel) || number <= channel.seen) return;
    markRead(channel, number);
    unreported.set(channel.id, number);
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
  $(window).on("focus", update);
  // A report over a lost connection may not have arrived.
  $(document).on("visibilitychange feed:reconnected", update);
}

/** Whether the reader is looking at this tab. */
export function isLooking() {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Whether the reader is looking at the newest messages. */
export function isReading() {
  return isLooking() && list.scrollHeight - list.scrollTop - list.clientHeight <= 100;
}
