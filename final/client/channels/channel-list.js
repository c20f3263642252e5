import $ from "../../static/vendor/jquery.module.min.js";
import { updateList } from "../lib/keyed-list.js";
import { isMine, openChannel, store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { nameOf } from "../people/person.js";
import { addressOf } from "./address.js";

const MAX_UNREAD = 99;

/** The lists of my channels and direct messages, with their unread counts, and the title of the tab. */
export function listChannels() {
  store.on("channels:changed channel:opening channel:opened person:changed", show);
}

/** The title of a channel. */
export function titleOf(channel) {
  return channel.with ? nameOf(channel.with) : `# ${channel.name}`;
}

function show() {
  const shown = [...store.channels.values()].filter(isShown);
  shown.sort((one, other) => titleOf(one).localeCompare(titleOf(other), undefined, { numeric: true }));
  showIn("#channels", shown.filter((channel) => !channel.with));
  showIn("#directs", shown.filter((channel) => channel.with));
  $("#directs-empty").prop("hidden", shown.some((channel) => channel.with));
  $("#channels-empty").prop("hidden", shown.some((channel) => !channel.with));
  showTitle(shown);
}

/** A direct message is listed once it has a message, or while it is open. */
function isShown(channel) {
  return isMine(channel) && (!channel.with || channel.seq > 0 || channel === openChannel());
}

function showIn(list, channels) {
  updateList($(list), channels, { keyOf: ({ id }) => id, create: () => copyOf("#channel-template"), fill });
}

function fill(item, channel) {
  const isOpen = channel.id === store.feed?.channel;
  const link = item.find(".channel");
  link.attr({ href: addressOf(channel.id), "data-channel": channel.id });
  link.toggleClass("channel--unread", channel.unread > 0);
  if (isOpen) link.attr("aria-current", "page");
  else link.removeAttr("aria-current");
  item.find(".channel__name").text(titleOf(channel));
  item.find(".channel__unread").prop("hidden", channel.unread === 0);
  item.find(".channel__count").text(inWords(channel.unread));
}

/** The server counts only so far. */
function inWords(unread) {
  return unread > MAX_UNREAD ? `${MAX_UNREAD}+` : String(unread);
}

function showTitle(channels) {
  const unread = channels.reduce((sum, channel) => sum + channel.unread, 0);
  const open = openChannel();
  const parts = [open && titleOf(open), "Make Chat"].filter(Boolean);
  document.title = `${unread > 0 ? `(${inWords(unread)}) ` : ""}${parts.join(" · ")}`;
}
