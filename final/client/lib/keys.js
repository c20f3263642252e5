const COMPOSING_KEY = 229;

/** Whether a key picks a character of, say, Japanese, and means nothing else. Safari reports that only by the key code. */
export function isComposing({ originalEvent: { isComposing, keyCode } }) {
  return isComposing || keyCode === COMPOSING_KEY;
}
