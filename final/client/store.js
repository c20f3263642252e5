import $ from "../static/vendor/jquery.module.min.js";

/** The state that the modules share. */
export const store = {
  /** The id of this chat, from the page. This browser may have seen others at the same address. */
  id: $("#chat").attr("data-chat"),
  /** My id, from the page. */
  user: $("#chat").data("user"),
  /** All known channels, by id. If I am subscribed to a channel, it has a `seen`. */
  channels: new Map(),
  /** The messages of the open channel. */
  feed: undefined,
};

/** The open channel, if there is one. */
export function openChannel() {
  return store.channels.get(store.feed?.channel);
}

/** Whether I am subscribed to a channel. */
export function isMine(channel) {
  return channel?.seen !== null && channel?.seen !== undefined;
}
