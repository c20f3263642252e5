import $ from "/static/vendor/jquery.module.min.js";

const KEY = "workshop:presentation";

/** The button that makes everything larger, for a room; the browser remembers it. */
export function enablePresentation() {
  show(localStorage.getItem(KEY) === "yes");
  $("#presentation").on("click", () => {
    const isLarge = $("#presentation").attr("aria-pressed") !== "true";
    localStorage.setItem(KEY, isLarge ? "yes" : "no");
    show(isLarge);
  });
}

function show(isLarge) {
  $("html").toggleClass("is-presentation", isLarge);
  $("#presentation").attr("aria-pressed", String(isLarge));
}
