/** The loaded messages of one channel, and the numbers of the changes that were received. */
export class Feed {
  constructor({ channel, messages, hasOlder, hasNewer }) {
    this.channel = channel.id;
    this.known = channel.seq;
    this.newest = channel.seq;
    this.ahead = new Set();
    this.messages = new Map();
    this.hasOlder = hasOlder;
    this.hasNewer = hasNewer;
    messages.forEach((message) => this.apply(message));
    this.first = messages[0]?.number ?? Infinity;
    this.last = messages.at(-1)?.number ?? 0;
  }

  /** Stores a message from any source. The newer state wins; the same state twice changes nothing. */
  apply(message) {
    const present = this.messages.get(message.id);
    if (present && present.seq >= message.seq) return false;
    this.messages.set(message.id, message);
    return true;
  }

  /** Adds a change that has arrived while the feed was loading. */
  addEarly({ seq, message }) {
    this.receive(seq);
    this.apply(message);
    this.newest = Math.max(this.newest, message.number);
  }

  /** Adds an older or a newer page of history. */
  extend({ messages, hasOlder, hasNewer }, isOlder) {
    messages.forEach((message) => this.apply(message));
    this.first = Math.min(this.first, messages[0]?.number ?? Infinity);
    this.last = Math.max(this.last, messages.at(-1)?.number ?? 0);
    if (isOlder) this.hasOlder = hasOlder;
    else this.hasNewer = hasNewer;
  }

  /** Whether a message is within the loaded pages. If not, it is shown when its page is loaded. */
  isLoaded({ number }) {
    return (number >= this.first || !this.hasOlder) && (number <= this.last || !this.hasNewer);
  }

  /** The loaded messages, oldest first. */
  loaded() {
    const loaded = [...this.messages.values()].filter((message) => this.isLoaded(message));
    return loaded.sort((one, other) => one.number - other.number);
  }

  /** Records the number of a change that was received. `known` advances as long as there is no gap. */
  receive(seq) {
    if (seq > this.known) this.ahead.add(seq);
    this.#advance();
  }

  /** Records that all changes up to this one were received. */
  advanceTo(seq) {
    this.known = Math.max(this.known, seq);
    this.ahead.forEach((received) => received <= this.known && this.ahead.delete(received));
    this.#advance();
  }

  /** Whether a change is missing before one that was received. */
  hasGap() {
    return this.ahead.size > 0;
  }

  /** The quoted message as it is now if it is loaded, or else as it was quoted. */
  quoteIn({ replyTo }) {
    return replyTo && (this.messages.get(replyTo.id) ?? replyTo);
  }

  /** The messages that quote this one. */
  quoting({ id }) {
    return [...this.messages.values()].filter(({ replyTo }) => replyTo?.id === id);
  }

  #advance() {
    while (this.ahead.delete(this.known + 1)) this.known += 1;
  }
}
