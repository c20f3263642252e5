import $ from "/static/vendor/jquery.module.min.js";

const KEY = "workshop:presentation";

/** Enables the button that makes everything larger for a projector. The browser remembers the choice. */
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
