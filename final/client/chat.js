import $ from "../static/vendor/jquery.module.min.js";

/** What the modules share. */
export const chat = {
  /** Which chat this is, of those that this browser has seen at this address; the page itself says it. */
  id: $("#chat").attr("data-chat"),
  /** My number; the page says that too. */
  user: $("#chat").data("user"),
  /** The channels that I know of, by number; mine have a `seen`. */
  channels: new Map(),
  /** The messages of the channel that is open. */
  feed: undefined,
};

/** The channel that is open, if one is. */
export function openChannel() {
  return chat.channels.get(chat.feed?.channel);
}

/** Whether I am subscribed to a channel. */
export function isMine(channel) {
  return channel?.seen !== null && channel?.seen !== undefined;
}
