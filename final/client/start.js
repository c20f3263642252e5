import { chat, isMine } from "./chat.js";
import { recall } from "./memory.js";

/** The channel to begin with: the one that was open the last time, or the first of mine. */
export function lastOpen() {
  const mine = [...chat.channels.values()].filter(isMine);
  return (mine.find(({ id }) => id === recall("channel")) ?? mine[0])?.id;
}

/** The message to begin with: the one that was asked for, or the first that is unread; without either, the end. */
export function startOf({ channel, number, isEnd }) {
  const known = chat.channels.get(channel);
  if (number || isEnd) return number;
  return known?.unread > 0 ? known.seen + 1 : undefined;
}
