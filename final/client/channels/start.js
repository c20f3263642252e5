import * as storage from "../lib/storage.js";
import { isMine, store } from "../lib/store.js";

/** The channel to open first: the one that was open the last time, or the first of mine. */
export function lastOpen() {
  const mine = [...store.channels.values()].filter(isMine);
  return (mine.find(({ id }) => id === storage.get("channel")) ?? mine[0])?.id;
}

/** The message to show first: the one in the link, or the first unread one. Undefined for the end of the channel. */
export function startOf({ channel, number, isEnd }) {
  const known = store.channels.get(channel);
  if (number || isEnd) return number;
  return known?.unread > 0 ? known.seen + 1 : undefined;
}
