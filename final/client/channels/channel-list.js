import $ from "../../static/vendor/jquery.slim.module.min.js";
import { updateList } from "../lib/keyed-list.js";
import { isMine, openChannel, store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { setText } from "../lib/update.js";
import { isOnline, nameOf, showPerson } from "../people/person.js";
import { addressOf } from "./address.js";

const MAX_UNREAD = 99;

/** The lists of my favourites, channels and direct messages, with their unread counts, and the title of the tab. */
export function listChannels() {
  store.on("channels:changed channel:opening channel:opened person:changed people:changed", show);
  store.on("channel:opening", scrollToOpen);
}

/** Scrolls the list to the open channel. */
export function scrollToOpen() {
  document.querySelector(".channel[aria-current]")?.scrollIntoView({ block: "nearest" });
}

/** The title of a channel. */
export function titleOf(channel) {
  return channel.with ? nameOf(channel.with) : `# ${channel.name}`;
}

function show() {
  const shown = [...store.channels.values()].filter(isShown);
  shown.sort((one, other) => titleOf(one).localeCompare(titleOf(other), undefined, { numeric: true }));
  const favourites = shown.filter(({ isFavourite }) => isFavourite);
  const others = shown.filter(({ isFavourite }) => !isFavourite);
  $("#favourites-section").prop("hidden", favourites.length === 0);
  showIn("#favourites", favourites);
  showIn("#channels", others.filter((channel) => !channel.with));
  showIn("#directs", others.filter((channel) => channel.with));
  $("#directs-empty").prop("hidden", shown.some((channel) => channel.with));
  $("#channels-empty").prop("hidden", shown.some((channel) => !channel.with));
  showTitle(shown);
}

/** A direct message is listed once it has a message, as a favourite, or while it is open. */
function isShown(channel) {
  return isMine(channel) && (!channel.with || channel.seq > 0 || channel.isFavourite || channel === openChannel());
}

function showIn(list, channels) {
  const create = (channel) => copyOf(channel.with ? "#direct-template" : "#channel-template");
  updateList($(list), channels, { keyOf: ({ id }) => id, create, fill });
}

function fill(item, channel) {
  const isOpen = channel.id === (store.opening ?? store.feed?.channel);
  const link = item.find(".channel");
  link.attr({ href: addressOf(channel.id), "data-channel": channel.id });
  link.toggleClass("channel--unread", channel.unread > 0);
  if (isOpen) link.attr("aria-current", "page");
  else link.removeAttr("aria-current");
  setText(item.find(".channel__name"), titleOf(channel));
  if (channel.with) showPerson(item, channel.with);
  const isHere = Boolean(channel.with) && isOnline(channel.with.id);
  item.find(".avatar").toggleClass("avatar--online", isHere);
  item.find(".channel__online").prop("hidden", !isHere);
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
