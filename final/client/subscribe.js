import $ from "../static/vendor/jquery.module.min.js";
import { titleOf } from "./channel-list.js";
import { putChannel } from "./channels.js";
import { showNotice } from "./notices.js";
import { request } from "./request.js";
import { isMine, openChannel, store } from "./store.js";

/** The title of the open channel, and the buttons to subscribe and unsubscribe. */
export function enableSubscription(socket) {
  $(document).on("channel:opening", (_event, channel) => showTitle(channel));
  $(document).on("channel:opened channels:changed person:changed", () => store.feed && showTitle(openChannel()));
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
  const { ok, error } = await request(socket, event, { channel: store.feed?.channel });
  $(button).prop("disabled", false);
  if (error) return showNotice(error.message);
  if (event === "channel:leave") {
    document.querySelector("#members").close();
    return $("#subscribe").trigger("focus");
  }
  putChannel(ok);
  $("#composer-body").trigger("focus");
}
