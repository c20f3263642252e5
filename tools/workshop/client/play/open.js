/** Opens the explanation of a frame; `opener` gets the focus back when it is closed. */
export function openFrame(frame, opener) {
  document.dispatchEvent(new CustomEvent("frame:open", { detail: { frame, opener } }));
}
