import $ from "/static/vendor/jquery.module.min.js";

// A reader this close to the end is reading the end.
const END_MARGIN_PX = 100;

/** Keeps the newest message in view for a reader who is at the end; tells one who is not. */
export function followMessages() {
  const list = document.querySelector("#messages");
  const pill = $("#new-messages");
  let isAtEnd = true;
  let unseen = 0;

  const goToEnd = () => (list.scrollTop = list.scrollHeight);
  const showUnseen = (count) => {
    unseen = count;
    pill.prop("hidden", count === 0).text(count === 1 ? "1 new message" : `${count} new messages`);
  };

  // After the frame, in which the browser reports changed sizes first.
  $(list).on("scroll", () => setTimeout(() => {
    isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight <= END_MARGIN_PX;
    if (isAtEnd) showUnseen(0);
  }));
  pill.on("click", goToEnd);

  // A font, an image or a narrower window changes heights after the fact.
  const sizes = new ResizeObserver(() => isAtEnd && goToEnd());
  sizes.observe(list);

  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    added.forEach((item) => sizes.observe(item));
    const wasEmptied = changes.some((change) => change.removedNodes.length > 0);
    const hasOwn = added.some((item) => item.classList.contains("message--own"));
    isAtEnd ||= wasEmptied || hasOwn;
    if (isAtEnd) goToEnd();
    showUnseen(isAtEnd ? 0 : unseen + $(added).filter(".message").length);
  }).observe(list, { childList: true });
}
