import $ from "/static/vendor/jquery.module.min.js";
import { showNotice } from "./notices.js";
import { request } from "./request.js";

/** The log-out button. Triggers "chat:left" on the document. */
export function enableLogOut(socket) {
  const button = $("#log-out");
  button.on("click", async () => {
    button.prop("disabled", true);
    const { error } = await request(socket, "user:leave");
    button.prop("disabled", false);
    if (error) return showNotice(error.message);
    // The next person at this screen finds nothing of the one before.
    $("#composer-body").val("").trigger("input");
    $("#wave-status").text("");
    $(document).trigger("chat:left");
  });
  $(document).on("chat:joined", () => button.prop("hidden", false));
  $(document).on("chat:left", () => button.prop("hidden", true));
}
