import $ from "../static/vendor/jquery.module.min.js";
import { addressOf } from "./address.js";
import { nameOf } from "./person.js";
import { isMine, openChannel, store } from "./store.js";
import { copyOf } from "./template.js";

// The server counts up to 100.
const MAX_UNREAD = 99;

/** The lists of my channels and direct messages, with their unread counts, and the title of the tab. */
export function listChannels() {
  $(document).on("channels:changed channel:opening channel:opened person:changed", show);
}

/** The title of a channel. */
export function titleOf(channel) {
  return channel.with ? nameOf(channel.with) : `# ${channel.name}`;
}

function show() {
  const shown = [...store.channels.values()].filter(isShown);
  shown.sort((one, other) => titleOf(one).localeCompare(titleOf(other)));
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

/** Reuses existing elements, because one of them may have the focus. */
function showIn(list, channels) {
  const items = new Map($(list).children().get().map((item) => [item.dataset.id, item]));
  const wanted = channels.map((channel) => {
    const item = $(items.get(String(channel.id)) ?? copyOf("#channel-template"));
    fill(item.attr("data-id", channel.id), channel);
    return item[0];
  });
  $(list).children().not(wanted).remove();
  wanted.forEach((item, index) => {
    const present = $(list).children()[index];
    if (present !== item) $(list)[0].insertBefore(item, present ?? null);
  });
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
  item.find(".channel__count").text(channel.unread > MAX_UNREAD ? `${MAX_UNREAD}+` : channel.unread);
}

function showTitle(channels) {
  const unread = channels.reduce((sum, channel) => sum + channel.unread, 0);
  const open = openChannel();
  const parts = [open && titleOf(open), "Make Chat"].filter(Boolean);
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${parts.join(" · ")}`;
}
