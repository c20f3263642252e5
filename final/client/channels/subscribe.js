import $ from "../../static/vendor/jquery.slim.module.min.js";
import { showNotice } from "../lib/notices.js";
import { request } from "../lib/request.js";
import { isMine, openChannel, store } from "../lib/store.js";
import { isOnline, showPerson } from "../people/person.js";
import { titleOf } from "./channel-list.js";
import { putChannel } from "./channels.js";

/** The title of the open channel, and the buttons to subscribe and unsubscribe. */
export function enableSubscription(socket) {
  store.on("channel:opening", (channel) => showTitle(channel));
  store.on("channel:opened channels:changed person:changed people:changed", () => store.feed && showTitle(openChannel()));
  store.on("channel:refused", (error) => {
    $("#channel-title").text(error ? "Sorry" : "Welcome");
    $("#composer, #subscribe-bar").prop("hidden", true);
  });
  store.on("channel:opened channels:changed", showForMembers);
  $("#subscribe").on("click", () => change(socket, "channel:join", "#subscribe"));
  $("#channel-leave").on("click", () => change(socket, "channel:leave", "#channel-leave"));
}

function showTitle(channel) {
  $("#channel-title").text(channel ? titleOf(channel) : "");
  $("#channel-person").prop("hidden", !channel?.with);
  if (channel?.with) showPerson($("#channel-person"), channel.with);
  $("#channel-person .avatar").toggleClass("avatar--online", Boolean(channel?.with) && isOnline(channel.with.id));
  $("#channel-leave").prop("hidden", !isMine(channel) || Boolean(channel.with));
}

/** Subscribers get the composer, everyone else a button to subscribe. */
function showForMembers() {
  const channel = openChannel();
  if (!channel) return;
  $("#composer").prop("hidden", !isMine(channel));
  $("#subscribe-bar").prop("hidden", isMine(channel));
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
