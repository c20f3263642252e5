import $ from "/static/vendor/jquery.module.min.js";
import { createChannel } from "./channels.js";
import { nameProblem } from "./names.js";
import { request } from "./request.js";

/** The join form. Triggers "chat:joined" on the document, with the server's answer; comes back on "chat:left". */
export function askForName(socket) {
  const wantedChannel = () => $("#join-channel").val().trim() || undefined;

  $("#join-form").on("submit", (event) => {
    event.preventDefault();
    join(socket, wantedChannel());
  });
  $("#join-create").on("click", async () => {
    const channel = wantedChannel();
    // The channel is made from within the chat, so the way leads through General.
    if (await join(socket)) createChannel(socket, channel);
  });
  // The offer was for another channel.
  $("#join-channel").on("input", () => $("#join-create").prop("hidden", true));

  $(document).on("chat:joined", (_event, { name }) => {
    $("#join").prop("hidden", true);
    $("#chat").removeClass("chat--joining");
    $("#me").text(name);
  });
  $(document).on("chat:left", (_event, message = "") => {
    $("#join").prop("hidden", false);
    $("#chat").addClass("chat--joining");
    $("#me").text("");
    showError({ message });
  });
}

async function join(socket, channel) {
  const buttons = $("#join-form button");
  if (buttons.prop("disabled")) return false;
  const name = $("#join-name").val();
  const problem = nameProblem(name);
  if (problem) return showError({ message: problem });

  buttons.prop("disabled", true);
  const { ok, error } = await request(socket, "user:join", { name, channel });
  buttons.prop("disabled", false);
  if (error) return showError(error);
  showError({ message: "" });
  $(document).trigger("chat:joined", [ok]);
  return true;
}

/** Says what is wrong beside the field that it is about. */
function showError({ code, message }) {
  const isChannel = code === "channel-unknown";
  $("#join-create").prop("hidden", !isChannel);
  $("#join-channel-error").text(isChannel ? message : "");
  $("#join-name-error").text(isChannel ? "" : message);
  $("#join-channel").attr("aria-invalid", String(isChannel));
  $("#join-name").attr("aria-invalid", String(!isChannel && message !== ""));
  $(isChannel ? "#join-channel" : "#join-name").trigger("focus");
  return false;
}
