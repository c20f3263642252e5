import $ from "../static/vendor/jquery.module.min.js";

const sidebar = $("#sidebar");
const button = $("#drawer-open");

/** On a phone the left column is a drawer: the button opens it; Esc, the backdrop and a choice close it. */
export function enableDrawer() {
  button.on("click", openDrawer);
  $("#drawer-close, #drawer-backdrop").on("click", closeDrawer);
  $(document).on("channel:opening", closeDrawer);
}

/** Opens the drawer, where there is one. */
export function openDrawer() {
  // Nothing to open beside a wide page.
  if (!button.is(":visible")) return;
  setOpen(true);
  $("#drawer-close").trigger("focus");
}

/** Closes the drawer; the focus returns to its button. */
export function closeDrawer() {
  if (!sidebar.hasClass("sidebar--open")) return;
  setOpen(false);
  button.trigger("focus");
}

function setOpen(isOpen) {
  sidebar.toggleClass("sidebar--open", isOpen);
  button.attr("aria-expanded", String(isOpen));
  $("#drawer-backdrop").prop("hidden", !isOpen);
  // The focus stays in the drawer.
  $("#conversation").prop("inert", isOpen);
}
