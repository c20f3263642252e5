import { isTemporary } from "./errors.js";
import { Feed } from "./feed.js";

const RETRY_MS = 1000;

/**
 * Keeps feeds in sync with the server: by events, and with a request for all later changes if an event was missed.
 *
 * @typedef {object} Server the connection
 * @property {(event: string, payload: object) => Promise<{ok: any} | {error: {code: string, message: string}}>} request
 * @property {() => boolean} isConnected
 * @property {(ms: number) => Promise<void>} wait
 */
export class Sync {
  /** The loaded channels, by id. */
  feeds = new Map();

  // The changes that arrive while their channel is loading, by channel.
  #early = new Map();
  #catchingUp = new Set();
  #server;
  #onChange;

  /**
   * @param {Server} server
   * @param {(feed: Feed, changed: object[], arrived: object[]) => void} onChange is called with the messages that have
   *   changed, and with those that are newer than all before
   */
  constructor(server, onChange) {
    this.#server = server;
    this.#onChange = onChange;
  }

  /** Loads a channel around a message, or its end. Resolves to the acknowledgement and, if it is `ok`, the feed. */
  async load(channel, at) {
    const early = [];
    this.#early.set(channel, early);
    const { ok, error } = await this.#server.request("channel:open", { channel, at });
    if (this.#early.get(channel) === early) this.#early.delete(channel);
    if (error) return { error };
    const feed = new Feed(ok);
    early.forEach((change) => feed.addEarly(change));
    return { ok, feed };
  }

  /** Applies the changes of a loaded feed from now on. */
  follow(feed) {
    this.feeds.set(feed.channel, feed);
    if (feed.hasGap()) this.catchUp(feed);
  }

  /** Takes an event: a change, and its number in the channel. */
  receive(change) {
    const { seq, message } = change;
    this.#early.get(message.channel)?.push(change);
    const feed = this.feeds.get(message.channel);
    if (!feed) return;
    feed.receive(seq);
    this.apply([message]);
    if (feed.hasGap()) this.catchUp(feed);
  }

  /** Applies messages of one channel from events, acknowledgements and syncs. */
  apply(messages) {
    const feed = this.feeds.get(messages[0]?.channel);
    if (!feed) return;
    const arrived = messages.filter(({ number }) => number > feed.newest);
    feed.newest = Math.max(feed.newest, ...arrived.map(({ number }) => number));
    const changed = messages.filter((message) => feed.apply(message));
    if (changed.length > 0) this.#onChange(feed, changed, arrived);
  }

  /** Requests all changes that were missed. */
  async catchUp(feed) {
    if (this.#catchingUp.has(feed)) return;
    this.#catchingUp.add(feed);
    try {
      while (this.feeds.get(feed.channel) === feed && (await this.#isBehind(feed)));
    } finally {
      this.#catchingUp.delete(feed);
    }
  }

  async #isBehind(feed) {
    const after = feed.known;
    const { ok, error } = await this.#server.request("channel:sync", { channel: feed.channel, after });
    if (ok) {
      this.apply(ok.messages);
      feed.advanceTo(ok.seq);
      return ok.hasMore || feed.hasGap();
    }
    // Without a connection, the next sync follows the reconnect.
    if (!this.#server.isConnected() || !isTemporary(error)) return false;
    await this.#server.wait(RETRY_MS);
    return true;
  }
}
