const COMPOSING_KEY = 229;

/** Whether a key picks a character of, say, Japanese, and means nothing else. Safari reports that only by the key code. */
export function isComposing({ originalEvent: { isComposing, keyCode } }) {
  return isComposing || keyCode === COMPOSING_KEY;
}

/** Whether this device is used with fingers, so that its keyboard is most likely a part of the screen. */
export function hasTouchKeyboard() {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}
