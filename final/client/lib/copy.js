import $ from "../../static/vendor/jquery.slim.module.min.js";

/** Copies a text to the clipboard. Resolves to whether it succeeded. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page over plain HTTP has no access to the clipboard.
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const field = $("<textarea readonly>").addClass("visually-hidden").val(text).appendTo("body");
  const before = document.activeElement;
  field.trigger("focus").trigger("select");
  const isCopied = document.execCommand("copy");
  field.remove();
  $(before).trigger("focus");
  return isCopied;
}
