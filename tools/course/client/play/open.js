/** Asks for the explanation of a frame; `opener` gets the focus back afterwards. */
export function openFrame(frame, opener) {
  document.dispatchEvent(new CustomEvent("frame:open", { detail: { frame, opener } }));
}
