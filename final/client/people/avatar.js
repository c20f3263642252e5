import $ from "../../static/vendor/jquery.slim.module.min.js";
import { updateOnce } from "../lib/update.js";

/** Fills an avatar: initials on a colour, and the picture over them if there is one. */
export function fillAvatar(element, { initials, colour, pictureUrl }) {
  const isColour = (name) => /^avatar--\d+$/.test(name);
  updateOnce(element[0], [initials, colour, pictureUrl], () => {
    element.removeClass((_index, names) => names.split(" ").filter(isColour).join(" "));
    element.addClass(`avatar--${colour}`).text(initials);
    if (pictureUrl) $("<img>", { class: "avatar__picture", src: pictureUrl, alt: "" }).appendTo(element);
  });
}
