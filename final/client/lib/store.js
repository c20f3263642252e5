import $ from "../../static/vendor/jquery.slim.module.min.js";

/**
 * The events that modules emit for each other, with what they carry.
 *
 * @typedef {object} StoreEvents
 * @property {Channel | undefined} channel:opening another channel is loading; nothing is open meanwhile
 * @property {{number?: number}} channel:opened with the number of the message that a link leads to
 * @property {{message: string} | undefined} channel:refused the channel cannot be opened, or there is none
 * @property {{channel: number, number?: number, isEnd?: boolean}} channel:wanted someone wants to read there
 * @property {number} channel:stopped I am no longer subscribed to the channel with this id
 * @property {{members: Person[], count: number}} channel:members how many members the open channel has, and some of them
 * @property {string} channel:name-wanted someone wants to create a channel with this name
 * @property {void} channels:changed a channel or an unread count has changed
 * @property {{messages: Message[], arrived: Message[]}} feed:changed messages of the open channel have changed; those
 *   that are newer than all others have arrived
 * @property {void} feed:extended older or newer messages of the open channel are loaded
 * @property {{number?: number}} feed:replaced the open channel is loaded at another position
 * @property {void} feed:reconnected the open channel may have missed changes
 * @property {number} message:wanted the message with this number should be in view
 * @property {object} message:take-back a message of the outbox should go back into the composer
 * @property {void} message:sending a message of mine was added to the outbox
 * @property {Message} message:reply
 * @property {Message} message:edit
 * @property {Message & {quick?: string}} message:react with the emoji, if it is chosen already
 * @property {void} outbox:changed
 * @property {void} attachments:changed
 * @property {number} draft:changed what is written in the channel with this id has changed, perhaps in another window
 * @property {Person} person:changed a name or a picture has changed
 * @property {number} people:changed how many people are online
 */
class Store extends EventTarget {
  /** The id of this chat, from the page. This browser may have seen others at the same address. */
  id = $("#chat").attr("data-chat");
  /** My id, from the page. */
  user = $("#chat").data("user");
  /** All known channels, by id. If I am subscribed to a channel, it has a `seen`. */
  channels = new Map();
  /** The messages of the open channel. */
  feed = undefined;
  /** The id of the channel that is loading. */
  opening = undefined;
  /** The channel that the composer writes to. Undefined while no channel is open. */
  composing = undefined;

  /**
   * Calls a handler on each of these events, separated by spaces.
   *
   * @template {keyof StoreEvents} K
   * @param {K} names
   * @param {(detail: StoreEvents[K]) => void} handler
   */
  on(names, handler) {
    names.split(" ").forEach((name) => this.addEventListener(name, ({ detail }) => handler(detail)));
  }

  /**
   * Emits an event. A handler that throws does not stop the others.
   *
   * @template {keyof StoreEvents} K
   * @param {K} name
   * @param {StoreEvents[K]} [detail]
   */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** The state that the modules share. */
export const store = new Store();

/** The open channel, if there is one. */
export function openChannel() {
  return store.channels.get(store.feed?.channel);
}

/** Whether I am subscribed to a channel. */
export function isMine(channel) {
  return channel?.seen !== null && channel?.seen !== undefined;
}
