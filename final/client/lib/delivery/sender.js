import { isTemporary } from "./errors.js";

const RETRY_MS = 1000;
const MAX_RETRY_MS = 30000;

/**
 * Sends the messages of the outbox, each channel's in order, one after the other. If the server cannot take a message
 * now, the later ones of its channel wait for it. If it refuses a message, the author decides, and the later ones are
 * sent.
 */
export class Sender {
  // The channels whose messages are being sent, each with the function that ends a wait before a retry.
  #active = new Map();
  #server;
  #outbox;
  #onSent;

  /**
   * @param {import("./sync.js").Server} server
   * @param {import("./outbox.js").Outbox} outbox
   * @param {(message: object) => void} onSent is called with each message that the server has acknowledged
   */
  constructor(server, outbox, onSent) {
    this.#server = server;
    this.#outbox = outbox;
    this.#onSent = onSent;
  }

  /** Sends the messages that are pending. */
  send() {
    const channels = new Set(this.#outbox.all().map(({ channel }) => channel));
    channels.forEach((channel) => this.#sendAll(channel));
  }

  /** Sends a message at once that has failed, or that waits for a retry. */
  retry(clientId) {
    this.#reset(clientId);
    this.send();
  }

  /** After a reconnect: the server may have received the messages already. It saves a client id only once. */
  resume() {
    const pending = this.#outbox.all().filter(({ state }) => state === "pending");
    pending.forEach(({ clientId }) => this.#reset(clientId));
    this.send();
  }

  /** Deletes a message, so that the later ones need not wait for it. */
  discard(clientId) {
    const channel = this.#outbox.get(clientId)?.channel;
    this.#outbox.remove(clientId);
    this.#active.get(channel)?.();
  }

  async #sendAll(channel) {
    if (this.#active.has(channel)) return;
    this.#active.set(channel, () => {});
    try {
      for (let message; this.#server.isConnected() && (message = this.#nextIn(channel)); ) await this.#sendOne(message);
    } finally {
      // Even if one message has failed, the next one can be sent.
      this.#active.delete(channel);
    }
  }

  #nextIn(channel) {
    return this.#outbox.all().find((message) => message.channel === channel && message.state === "pending");
  }

  async #sendOne({ event, channel, clientId, payload, attempts }) {
    const { ok, error } = await this.#server.request(event, { channel, clientId, ...payload });
    if (ok) {
      this.#onSent(ok.message);
      this.#outbox.remove(clientId);
    } else if (!this.#server.isConnected()) {
      // The reconnect sends it again.
    } else if (isTemporary(error)) {
      this.#outbox.update(clientId, { attempts: attempts + 1, error: error.message });
      await this.#waitIn(channel, Math.min(RETRY_MS * 2 ** attempts, MAX_RETRY_MS));
    } else {
      this.#outbox.update(clientId, { state: "failed", error: error.message });
    }
  }

  /** Waits before a retry, unless someone ends the wait. */
  #waitIn(channel, ms) {
    const ended = new Promise((resolve) => this.#active.set(channel, resolve));
    return Promise.race([this.#server.wait(ms), ended]);
  }

  #reset(clientId) {
    this.#outbox.update(clientId, { state: "pending", attempts: 0, error: undefined });
    this.#active.get(this.#outbox.get(clientId)?.channel)?.();
  }
}
