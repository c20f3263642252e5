import $ from "../../static/vendor/jquery.slim.module.min.js";

const LONG_MS = 500;
const MAX_MOVE_PX = 10;
// How long after a press the browser may still close the menu.
const AFTER_PRESS_MS = 1000;
// A long press on these has a meaning of its own.
const OTHERS = "a, button, audio, video";

/** Calls a handler when a finger rests on an element that matches, and keeps the menu that it opens when the finger leaves. */
export function onLongPress(container, selector, handler, menu) {
  let timer;
  let start;
  let pressed;

  const cancel = () => clearTimeout(timer);
  $(container).on("pointerdown", selector, ({ currentTarget, target, originalEvent }) => {
    cancel();
    pressed = undefined;
    if (originalEvent.pointerType !== "touch" || target.closest(OTHERS)) return;
    start = originalEvent;
    timer = setTimeout(() => {
      pressed = currentTarget;
      handler(pressed);
    }, LONG_MS);
  });
  $(container).on("pointermove", ({ originalEvent: { clientX, clientY } }) => {
    if (start && Math.hypot(clientX - start.clientX, clientY - start.clientY) > MAX_MOVE_PX) cancel();
  });
  $(container).on("pointerup", () => {
    cancel();
    const element = pressed;
    pressed = undefined;
    if (element) keepOpen(menu, () => handler(element));
  });
  $(container).on("pointercancel", cancel);
  // The browser's own menu.
  $(container).on("contextmenu", selector, (event) => {
    if (event.originalEvent.pointerType === "touch" && !event.target.closest(OTHERS)) event.preventDefault();
  });
}

/**
 * For the browser, the end of the press is a click beside the menu, which closes it, at once or a moment later. Opens the
 * menu again then, unless another press has begun.
 */
function keepOpen(menu, open) {
  const reopen = ({ newState }) => {
    if (newState !== "closed") return;
    stop();
    open();
  };
  const stop = () => {
    menu.removeEventListener("toggle", reopen);
    document.removeEventListener("pointerdown", stop, true);
  };
  menu.addEventListener("toggle", reopen);
  document.addEventListener("pointerdown", stop, true);
  setTimeout(stop, AFTER_PRESS_MS);
}
