import $ from "/static/vendor/jquery.module.min.js";

/** Asks for confirmation before a chat is put aside; resolves to true if the answer is yes. */
export function confirm(words) {
  const dialog = $("#confirm")[0];
  $("#confirm-words").text(words);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    $(dialog).one("close", () => resolve(dialog.returnValue === "yes"));
  });
}
