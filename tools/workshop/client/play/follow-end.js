const END_MARGIN_PX = 40;

/** Keeps the end of a list in view when sizes change, if the reader has scrolled to the end. */
export function followEnd(box, content) {
  let isAtEnd = true;
  box.addEventListener("scroll", () => {
    isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= END_MARGIN_PX;
  });
  const sizes = new ResizeObserver(() => {
    if (isAtEnd) box.scrollTop = box.scrollHeight;
  });
  sizes.observe(box);
  sizes.observe(content);
}
