/**
 * Keeps the page above the keyboard of an iPhone, which covers the page instead of making it smaller. All others do that
 * themselves, because of `interactive-widget` in the page's head.
 */
export function followKeyboard() {
  const { visualViewport } = window;
  visualViewport?.addEventListener("resize", () => {
    // A reader who zooms in sees a part of the page, and its size must stay.
    const isZoomed = visualViewport.scale > 1.01;
    document.documentElement.style.setProperty("--page-height", isZoomed ? "" : `${visualViewport.height}px`);
    if (!isZoomed) scrollTo(0, 0);
  });
}
