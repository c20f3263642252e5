import $ from "../../static/vendor/jquery.slim.module.min.js";

/** Prevents a form from being sent a second time while the first request is under way. */
export function enableBusyForms() {
  $(document).on("submit", "form[method=post]", (event) => {
    if (event.isDefaultPrevented()) return;
    const buttons = $(event.target).find("[type=submit]");
    if (buttons.prop("disabled")) return event.preventDefault();
    buttons.prop("disabled", true).attr("aria-busy", "true");
  });
  // The Back button may restore the page in its busy state.
  $(window).on("pageshow", () => {
    $("[aria-busy=true]").prop("disabled", false).removeAttr("aria-busy");
  });
}
