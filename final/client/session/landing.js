import $ from "../../static/vendor/jquery.slim.module.min.js";

/** Each button opens its form, and Cancel brings the buttons back, without loading a page. */
export function enableLanding() {
  const landing = $("#landing");
  if (landing.length === 0) return;

  landing.on("click", "[data-form]", (event) => {
    // Let the browser open a new tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const link = event.currentTarget;
    const form = $(link).closest("form");
    history.pushState(null, "", link.href);
    showForm(link.dataset.form);
    if (form.length) leave(form);
  });
  $(window).on("popstate", () => {
    showForm(new URLSearchParams(location.search).get("form") ?? "");
  });
}

/** Shows the form with this id, or the buttons if there is none. */
function showForm(id) {
  const forms = $("#landing form");
  const open = forms.filter((_index, form) => form.id === id);
  forms.prop("hidden", true);
  open.prop("hidden", false).find("input").first().trigger("focus");
  $("#choices").prop("hidden", open.length > 0);
}

/** Clears a cancelled form and its errors, and returns the focus to its button. */
function leave(form) {
  form.find("input").val("").removeAttr("aria-invalid");
  form.find(".error").text("");
  $(`#choices [data-form="${form.attr("id")}"]`).trigger("focus");
}
