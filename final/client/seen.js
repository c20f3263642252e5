import $ from "../static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { markSeen } from "./channels.js";
import { chat, isMine, openChannel } from "./chat.js";

const TELL_AFTER_MS = 300;

const list = document.querySelector("#messages");

/** Tells the server how far I have read: a message is seen when it was on the screen of a tab that I look at. */
export function tellSeen(socket) {
  const onScreen = new Set();
  // How far I have read in which channel, as far as the server has not been told.
  const untold = new Map();
  let timer;

  const tellServer = () => {
    timer = undefined;
    untold.forEach((number, channel) => ask(socket, "channel:see", { channel, number }));
    untold.clear();
  };
  const tell = () => {
    const channel = openChannel();
    const number = Math.max(0, ...[...onScreen].map((row) => Number(row.dataset.number)));
    if (!isLooking() || !isMine(channel) || number <= channel.seen) return;
    markSeen(channel, number);
    untold.set(channel.id, number);
    timer ??= setTimeout(tellServer, TELL_AFTER_MS);
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
  // What was told to a connection that broke may not have arrived.
  $(document).on("visibilitychange feed:reconnected", tell);
}

/** Whether someone looks at this tab. */
export function isLooking() {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Whether someone looks at the end of what was said. */
export function isReading() {
  return isLooking() && list.scrollHeight - list.scrollTop - list.clientHeight <= 100;
}
