/**
 * Updates the children of an element to match a list of frames. Children that stay
 * are not touched, so they keep the focus.
 */
export function keepChildren(parent, frames, make) {
  const present = new Map([...parent.children].map((child) => [child.dataset.number, child]));
  let next = parent.firstElementChild;
  for (const frame of frames) {
    const key = String(frame.number);
    const child = present.get(key) ?? make(frame);
    present.delete(key);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
    child.dataset.number = key;
  }
  for (const child of present.values()) child.remove();
}

/**
 * Makes a list of buttons a single stop for the Tab key; the arrow keys move inside it.
 * `selector` finds the buttons.
 */
export function moveWithArrows(list, selector) {
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll(selector)];
    const at = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const wanted = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (wanted === undefined || at < 0) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(last, wanted))].focus();
  });
  list.addEventListener("focusin", ({ target }) => target.matches(selector) && stopAt(list, selector, target));
}

/** Lets the Tab key stop at one button: the last one that had the focus, or the newest. */
export function keepStop(list, selector) {
  if (list.querySelector(`${selector}[tabindex="0"]`)) return;
  const buttons = list.querySelectorAll(selector);
  buttons[buttons.length - 1]?.setAttribute("tabindex", "0");
}

function stopAt(list, selector, button) {
  for (const other of list.querySelectorAll(`${selector}[tabindex="0"]`)) other.setAttribute("tabindex", "-1");
  button.setAttribute("tabindex", "0");
}
