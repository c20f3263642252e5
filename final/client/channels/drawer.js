import $ from "../../static/vendor/jquery.slim.module.min.js";
import { store } from "../lib/store.js";
import { onSwipe } from "../lib/swipe.js";

const sidebar = $("#sidebar");
const button = $("#drawer-open");

/** On a phone, the left column is a drawer. A button or a swipe opens it; Esc, a swipe, the backdrop and a choice close it. */
export function enableDrawer() {
  button.on("click", openDrawer);
  $("#drawer-close, #drawer-backdrop").on("click", closeDrawer);
  store.on("channel:opening feed:replaced", closeDrawer);
  onSwipe(document.querySelector("#chat"), (isToRight) => (isToRight ? openDrawer() : closeDrawer()));
}

/** Opens the drawer, if the page has one. */
export function openDrawer() {
  // On a wide page, the left column is always open.
  if (!button.is(":visible")) return;
  setOpen(true);
  $("#drawer-close").trigger("focus");
}

/** Closes the drawer and returns the focus to its button. */
export function closeDrawer() {
  if (!sidebar.hasClass("sidebar--open")) return;
  setOpen(false);
  button.trigger("focus");
}

function setOpen(isOpen) {
  sidebar.toggleClass("sidebar--open", isOpen);
  button.attr("aria-expanded", String(isOpen));
  $("#drawer-backdrop").prop("hidden", !isOpen);
  // So that the focus stays in the drawer.
  $("#conversation").prop("inert", isOpen);
}
