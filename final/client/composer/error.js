import $ from "../../static/vendor/jquery.slim.module.min.js";

/** Shows an error below the field of the composer, or none. */
export function showError(message) {
  $("#composer-error").text(message);
}
