import $ from "/static/vendor/jquery.module.min.js";
import { nameProblem } from "./names.js";
import { request } from "./request.js";

/** The join form. Triggers "chat:joined" on the document, with the server's answer. */
export function askForName(socket) {
  $("#join-form").on("submit", async (event) => {
    event.preventDefault();
    const button = $("#join-form button");
    if (button.prop("disabled")) return;
    const name = $("#join-name").val();
    const problem = nameProblem(name);
    if (problem) return showError(problem);

    button.prop("disabled", true);
    const { ok, error } = await request(socket, "user:join", { name });
    button.prop("disabled", false);
    if (error) return showError(error.message);
    showError("");
    $(document).trigger("chat:joined", [ok]);
  });

  $(document).on("chat:joined", (_event, { name }) => {
    $("#join").prop("hidden", true);
    $("#chat").removeClass("chat--joining");
    $("#me").text(name);
  });
}

function showError(message) {
  $("#join-name-error").text(message);
  $("#join-name").attr("aria-invalid", String(message !== "")).trigger("focus");
}
