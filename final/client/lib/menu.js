import $ from "../../static/vendor/jquery.slim.module.min.js";

/** Opens a menu beside a button. The arrow keys move within it; Esc and a click elsewhere close it. */
export function openMenu(menu, button) {
  const { top, bottom, right } = button.getBoundingClientRect();
  const isLow = top > innerHeight / 2;
  Object.assign(menu.style, {
    // In a low window, the menu scrolls.
    maxHeight: `${isLow ? top : innerHeight - bottom}px`,
    top: isLow ? "auto" : `${bottom}px`,
    bottom: isLow ? `${innerHeight - top}px` : "auto",
    right: `${Math.max(0, Math.min(innerWidth - right, innerWidth - 200))}px`,
  });
  menu.showPopover();
  itemsOf(menu)[0].focus();
  $(menu)
    .off("keydown.menu")
    .on("keydown.menu", (event) => moveFocus(event, itemsOf(menu)));
  $(menu)
    .off("toggle.menu")
    .on("toggle.menu", ({ originalEvent: { newState } }) => {
      // An action may have moved the focus already.
      if (newState === "closed" && menu.contains(document.activeElement)) button.focus();
    });
}

function itemsOf(menu) {
  return $(menu).find("[role=menuitem]:not([hidden])").get();
}

function moveFocus(event, items) {
  const present = items.indexOf(document.activeElement);
  const next = { ArrowDown: present + 1, ArrowUp: present - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length).focus();
}
