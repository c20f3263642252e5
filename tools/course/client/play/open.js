const END_MARGIN_PX = 40;

/** Asks for the explanation of a frame; `opener` gets the focus back afterwards. */
export function openFrame(frame, opener) {
  document.dispatchEvent(new CustomEvent("frame:open", { detail: { frame, opener } }));
}

/** Whether a reader of a list sees its end, and so wants to see what is added. */
export function isAtEnd(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight <= END_MARGIN_PX;
}
