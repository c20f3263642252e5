/** How far the reader is from the end of a scrolling element, in pixels. */
export function distanceToEnd({ scrollHeight, scrollTop, clientHeight }) {
  return scrollHeight - scrollTop - clientHeight;
}
