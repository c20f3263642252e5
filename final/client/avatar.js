import $ from "/static/vendor/jquery.module.min.js";

/** Makes a copy of the template's avatar that of somebody else. */
export function fillAvatar(element, { initials, colour, pictureUrl }) {
  element.attr("class", `avatar avatar--${colour}`).text(initials);
  if (!pictureUrl) return;
  $("<img>", { class: "avatar__picture", src: pictureUrl, alt: "" }).appendTo(element);
}
