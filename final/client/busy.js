import $ from "../static/vendor/jquery.module.min.js";

/** A form that is on its way cannot be sent a second time. */
export function enableBusyForms() {
  $(document).on("submit", "form[method=post]", (event) => {
    if (event.isDefaultPrevented()) return;
    const buttons = $(event.target).find("[type=submit]");
    if (buttons.prop("disabled")) return event.preventDefault();
    buttons.prop("disabled", true).attr("aria-busy", "true");
  });
  // The Back button may bring back the page as it was left: busy.
  $(window).on("pageshow", () => {
    $("[aria-busy=true]").prop("disabled", false).removeAttr("aria-busy");
  });
}
