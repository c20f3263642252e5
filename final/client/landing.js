import $ from "../static/vendor/jquery.module.min.js";

/** Each button gives way to its form, Cancel brings the buttons back; without a round trip. */
export function enableLanding() {
  const landing = $("#landing");
  if (landing.length === 0) return;

  landing.on("click", "[data-form]", (event) => {
    // A new tab or window is the browser's business.
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

/** Shows the form of this id, or the buttons when there is none. */
function showForm(id) {
  const forms = $("#landing form");
  const open = forms.filter((_index, form) => form.id === id);
  forms.prop("hidden", true);
  open.prop("hidden", false).find("input").first().trigger("focus");
  $("#choices").prop("hidden", open.length > 0);
}

/** A cancelled form forgets what was typed and what was wrong; the focus returns to its button. */
function leave(form) {
  form.find("input").val("").removeAttr("aria-invalid");
  form.find(".error").text("");
  $(`#choices [data-form="${form.attr("id")}"]`).trigger("focus");
}
