import $ from "../static/vendor/jquery.module.min.js";

const dialog = document.querySelector("#confirm");

/** Asks before something that cannot be undone; resolves to whether it shall be done. */
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
