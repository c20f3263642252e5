import $ from "/static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { markSeen } from "./channels.js";
import { chat, isMine, openChannel } from "./chat.js";

const TELL_AFTER_MS = 300;

const list = document.querySelector("#messages");

/** Tells the server how far I have read: a message is seen when it was on the screen of a tab that I look at. */
export function tellSeen(socket) {
  const onScreen = new Set();
  let timer;

  const tell = () => {
    const channel = openChannel();
    const number = Math.max(0, ...[...onScreen].map((row) => Number(row.dataset.number)));
    if (!isLooking() || !isMine(channel) || number <= channel.seen) return;
    markSeen(channel, number);
    clearTimeout(timer);
    timer = setTimeout(ask, TELL_AFTER_MS, socket, "channel:see", { channel: channel.id, number });
  };
  const observer = new IntersectionObserver(
    (entries) => {
      entries.forEach(({ isIntersecting, target }) =>
        isIntersecting ? onScreen.add(target) : onScreen.delete(target),
      );
      tell();
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
  $(window).on("focus", tell);
  $(document).on("visibilitychange", tell);
}

/** Whether someone looks at this tab. */
export function isLooking() {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Whether someone looks at the end of what was said. */
export function isReading() {
  return isLooking() && list.scrollHeight - list.scrollTop - list.clientHeight <= 100;
}
