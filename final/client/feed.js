/** The messages of one channel, as far as they are loaded, and which changes to them are known. */
export class Feed {
  constructor({ channel, messages, hasOlder, hasNewer }) {
    this.channel = channel.id;
    this.known = channel.seq;
    this.newest = channel.seq;
    this.heardBeyond = new Set();
    this.messages = new Map();
    this.hasOlder = hasOlder;
    this.hasNewer = hasNewer;
    messages.forEach((message) => this.apply(message));
    this.first = messages[0]?.number ?? Infinity;
    this.last = messages.at(-1)?.number ?? 0;
  }

  /** Whatever brings a message: the newer state wins, and the same twice changes nothing. */
  apply(message) {
    const present = this.messages.get(message.id);
    if (present && present.seq >= message.seq) return false;
    this.messages.set(message.id, message);
    return true;
  }

  /** Adds a page of history at the end that it comes from. */
  extend({ messages, hasOlder, hasNewer }, isOlder) {
    messages.forEach((message) => this.apply(message));
    this.first = Math.min(this.first, messages[0]?.number ?? Infinity);
    this.last = Math.max(this.last, messages.at(-1)?.number ?? 0);
    if (isOlder) this.hasOlder = hasOlder;
    else this.hasNewer = hasNewer;
  }

  /** A message outside of what is loaded waits until its page comes. */
  isLoaded({ number }) {
    return (number >= this.first || !this.hasOlder) && (number <= this.last || !this.hasNewer);
  }

  /** The loaded messages, oldest first. */
  loaded() {
    const loaded = [...this.messages.values()].filter((message) => this.isLoaded(message));
    return loaded.sort((one, other) => one.number - other.number);
  }

  /** Takes note of a live change; those that follow the known ones without a gap become known. */
  hear(seq) {
    if (seq > this.known) this.heardBeyond.add(seq);
    this.#closeRanks();
  }

  /** All changes up to this one are in. */
  knowUpTo(seq) {
    this.known = Math.max(this.known, seq);
    this.heardBeyond.forEach((heard) => heard <= this.known && this.heardBeyond.delete(heard));
    this.#closeRanks();
  }

  /** Whether a change is missing between the known ones and one that was heard. */
  hasGap() {
    return this.heardBeyond.size > 0;
  }

  /** A quote as the quoted message is now, where that is known. */
  quoteIn({ replyTo }) {
    return replyTo && (this.messages.get(replyTo.id) ?? replyTo);
  }

  /** The messages that quote this one. */
  quoting({ id }) {
    return [...this.messages.values()].filter(({ replyTo }) => replyTo?.id === id);
  }

  #closeRanks() {
    while (this.heardBeyond.delete(this.known + 1)) this.known += 1;
  }
}
