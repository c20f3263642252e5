import $ from "/static/vendor/jquery.module.min.js";
import { nameProblem } from "./names.js";
import { showNotice } from "./notices.js";
import { request } from "./request.js";
import { copyOf } from "./template.js";

const GENERAL = "General";

/** The list of channels: create, open, leave. Triggers "channel:opened" on the document. */
export function enableChannels(socket) {
  $(document).on("chat:joined", (_event, joined) => {
    $("#new-channel").prop("hidden", false);
    $(document).trigger("channel:opened", [joined]);
  });
  $(document).on("chat:left", () => {
    $("#channels").empty();
    $("#new-channel, #channel-leave").prop("hidden", true);
  });
  $(document).on("channel:opened", (_event, { channel, channels }) => {
    $("#channels, #join-channels").empty();
    channels.forEach(addChannel);
    showOpenChannel(channel);
  });
  socket.on("channel:created", ({ name }) => addChannel(name));

  $("#channels").on("click", ".channel", (event) => openChannel(socket, $(event.target).text()));
  $("#channel-leave").on("click", () => openChannel(socket, GENERAL));
  $("#new-channel").on("submit", (event) => {
    event.preventDefault();
    createChannel(socket, $("#new-channel-name").val());
  });
}

/** Makes a channel and opens it; what is wrong is said beside the field. */
export async function createChannel(socket, typed) {
  const button = $("#new-channel [type=submit]");
  if (button.prop("disabled")) return;
  const problem = nameProblem(typed);
  button.prop("disabled", true);
  const { ok, error } = problem
    ? { error: { message: problem } }
    : await request(socket, "channel:create", { name: typed });
  button.prop("disabled", false);
  $("#new-channel-error").text(error ? error.message : "");
  $("#new-channel-name").attr("aria-invalid", String(Boolean(error)));
  if (error) return $("#new-channel-name").trigger("focus");
  $("#new-channel-name").val("");
  openChannel(socket, ok.name);
}

async function openChannel(socket, channel) {
  const { ok, error } = await request(socket, "channel:join", { channel });
  if (error) return showNotice(error.message);
  $(document).trigger("channel:opened", [ok]);
}

function addChannel(name) {
  if (findChannel(name).length > 0) return;
  const item = copyOf("#channel-template");
  item.find(".channel").text(name);
  $("#channels").append(item);
  // For the next person who joins from this page after a log-out.
  $("#join-channels").append($("<option>").val(name));
}

function showOpenChannel(name) {
  $("#channel-title").text(name);
  $("#channel-leave").prop("hidden", name === GENERAL);
  findChannel(name).attr("aria-current", "true");
  // The address becomes a link straight to this channel.
  history.replaceState(null, "", `/?channel=${encodeURIComponent(name)}`);
}

function findChannel(name) {
  return $("#channels .channel").filter((_index, item) => $(item).text() === name);
}
