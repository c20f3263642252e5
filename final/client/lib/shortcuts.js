import $ from "../../static/vendor/jquery.slim.module.min.js";
import { closeDrawer, openDrawer } from "../channels/drawer.js";
import { isComposing } from "./keys.js";

/** Keyboard shortcuts for the whole page. The help dialog lists them. */
export function enableShortcuts() {
  const help = document.querySelector("#help");
  $("#help-open").on("click", () => help.showModal());
  $(document).on("keydown", (event) => {
    if (document.querySelector("dialog[open]") || isComposing(event)) return;
    if (event.key === "Escape") closeDrawer();
    const isSwitch = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    const isPlain = !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isSwitch || (isPlain && event.key === "/")) {
      event.preventDefault();
      openDrawer();
      $("#search-input").trigger("focus").trigger("select");
    } else if (isPlain && event.key === "?") {
      event.preventDefault();
      help.showModal();
    }
  });
  // The Close and Cancel buttons of all dialogs.
  $("dialog").on("click", "[data-close]", (event) => event.currentTarget.closest("dialog").close());
}

function isTyping(element) {
  return element.matches("input, textarea, select, [contenteditable]");
}
