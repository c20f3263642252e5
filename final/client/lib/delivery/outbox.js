import { isUnsent } from "./unsent.js";

/** The messages that the server has not acknowledged, in the order in which they were written. */
export class Outbox {
  #messages = new Map();
  #lastOrder = 0;
  #storage;
  #onChange;

  /**
   * @param {{keys(): string[], get(key: string): any, set(key: string, value: object): boolean, remove(key: string): void}}
   *   storage
   * @param {() => void} onChange is called when messages were added, changed or removed
   */
  constructor(storage, onChange) {
    this.#storage = storage;
    this.#onChange = onChange;
  }

  /** Restores the messages of an earlier page, and of windows that were closed. */
  restore() {
    this.#storage.keys().forEach((clientId) => {
      const message = this.#storage.get(clientId);
      if (this.#messages.has(clientId) || !isUnsent(message, clientId)) return;
      this.#messages.set(clientId, { ...message, isStored: true });
    });
    // The order must not change if the clock was set back meanwhile.
    this.#lastOrder = Math.max(this.#lastOrder, ...this.all().map(({ order }) => order));
    this.#onChange();
  }

  /** All messages, in order. */
  all() {
    return [...this.#messages.values()].sort((one, other) => one.order - other.order);
  }

  /** The message with this id, unless it was sent or deleted. */
  get(clientId) {
    return this.#messages.get(clientId);
  }

  /** Adds a message. It stays until it was sent or is deleted, even across a reload. */
  add(clientId, { channel, event, payload, quote, files }) {
    this.#lastOrder = Math.max(this.#lastOrder + 1, Date.now());
    this.#messages.set(clientId, { clientId, channel, event, payload, quote, files, order: this.#lastOrder });
    this.update(clientId, { state: "pending", attempts: 0 });
  }

  /** Updates a message, unless it was sent or deleted meanwhile. */
  update(clientId, changes) {
    const message = this.#messages.get(clientId);
    if (!message) return;
    Object.assign(message, changes);
    message.isStored = this.#storage.set(clientId, message);
    this.#onChange();
  }

  /** Removes a message that was sent or deleted. */
  remove(clientId) {
    if (!this.#messages.delete(clientId)) return;
    this.#storage.remove(clientId);
    this.#onChange();
  }

  /** Removes those of my messages that have arrived in any way: they were sent. */
  arrive(messages, user) {
    messages.filter(({ author }) => author.id === user).forEach(({ clientId }) => this.remove(clientId));
  }
}
