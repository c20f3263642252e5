import $ from "../static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { titleOf } from "./channel-list.js";
import { putChannel } from "./channels.js";
import { chat, isMine, openChannel } from "./chat.js";
import { showNotice } from "./notices.js";

/** The open channel's name, and the buttons that begin and end a subscription. */
export function enableSubscription(socket) {
  $(document).on("channel:opening", (_event, channel) => showTitle(channel));
  $(document).on("channel:opened channels:changed person:changed", () => chat.feed && showTitle(openChannel()));
  $(document).on("channel:refused", (_event, error) => {
    $("#channel-title").text(error ? "Sorry" : "Welcome");
    $("#composer, #subscribe-bar").prop("hidden", true);
  });
  $("#subscribe").on("click", () => change(socket, "channel:join", "#subscribe"));
  $("#channel-leave").on("click", () => change(socket, "channel:leave", "#channel-leave"));
}

function showTitle(channel) {
  $("#channel-title").text(channel ? titleOf(channel) : "");
  $("#channel-leave").prop("hidden", !isMine(channel) || Boolean(channel.with));
}

async function change(socket, event, button) {
  $(button).prop("disabled", true);
  const { ok, error } = await ask(socket, event, { channel: chat.feed?.channel });
  $(button).prop("disabled", false);
  if (error) return showNotice(error.message);
  if (event === "channel:leave") {
    document.querySelector("#members").close();
    return $("#subscribe").trigger("focus");
  }
  putChannel(ok);
  $("#composer-body").trigger("focus");
}
