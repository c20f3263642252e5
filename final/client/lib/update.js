import $ from "../../static/vendor/jquery.slim.module.min.js";

// The last value of each element that cannot be read back from it.
const shown = new WeakMap();

/** Sets a text. The same text again changes nothing: a selection stays, and a screen reader is silent. */
export function setText(elements, text) {
  elements.each((_index, element) => {
    if (element.textContent !== String(text)) $(element).text(text);
  });
}

/** Calls `fill` if an element does not show this value yet. */
export function updateOnce(element, value, fill) {
  const text = JSON.stringify(value);
  if (shown.get(element) === text) return;
  shown.set(element, text);
  fill();
}
