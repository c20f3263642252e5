import $ from "../../static/vendor/jquery.slim.module.min.js";

const dialog = document.querySelector("#confirm");

/** Asks before an action that cannot be undone. Resolves to true if the person confirms. */
export function confirm(question, action, otherwise = "Cancel") {
  $("#confirm-question").text(question);
  $("#confirm-action").text(action);
  $("#confirm-cancel").text(otherwise);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    $(dialog).one("close", () => resolve(dialog.returnValue === "yes"));
  });
}
