import $ from "../static/vendor/jquery.module.min.js";

/** Puts a text on the clipboard; resolves to whether that went well. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // There is no clipboard where the page comes over plain HTTP.
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
