import $ from "../../static/vendor/jquery.slim.module.min.js";
import * as storage from "../lib/storage.js";

/** The title of each list folds it. A folded list still shows what is open or unread. */
export function enableFolding() {
  $(".sidebar__fold").each((_index, button) => {
    const list = button.getAttribute("aria-controls");
    setFolded(button, storage.get(`folded:${list}`) === true);
    $(button).on("click", () => {
      const isFolded = button.getAttribute("aria-expanded") === "true";
      setFolded(button, isFolded);
      storage.set(`folded:${list}`, isFolded);
    });
  });
}

function setFolded(button, isFolded) {
  button.setAttribute("aria-expanded", String(!isFolded));
  $(`#${button.getAttribute("aria-controls")}`).toggleClass("sidebar__list--folded", isFolded);
}
