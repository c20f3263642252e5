const MIN_PX = 60;
// They are moved sideways themselves.
const SIDEWAYS = "audio, video, input, textarea, pre, .inspector__packets";

/** Calls a handler when a finger has moved sideways over an element, with whether it moved to the right. */
export function onSwipe(element, handler) {
  let start;

  element.addEventListener(
    "touchstart",
    ({ touches, target }) => (start = touches.length === 1 && !target.closest(SIDEWAYS) ? touches[0] : undefined),
    { passive: true },
  );
  element.addEventListener("touchend", ({ changedTouches }) => {
    if (!start) return;
    const x = changedTouches[0].clientX - start.clientX;
    const y = changedTouches[0].clientY - start.clientY;
    start = undefined;
    if (Math.abs(x) >= MIN_PX && Math.abs(x) > 2 * Math.abs(y)) handler(x > 0);
  });
}
