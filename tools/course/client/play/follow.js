import { socket } from "../socket.js";

/**
 * Reads a list that grows in the workshop, page by page: each answer comes as soon
 * as there is something new. Ends with the list, with the connection, or when this
 * is not wanted any more.
 */
export async function follow(event, isWanted, take) {
  let after = 0;
  while (isWanted()) {
    const page = await read(event, after);
    if (!page || !isWanted()) return;
    after += page.dropped + page.entries.length;
    take(page);
    if (page.ended) return;
  }
}

/** Without a time limit: a chat in which nobody says anything is in order. */
async function read(event, after) {
  try {
    const { ok } = await socket.emitWithAck(event, { after });
    return ok;
  } catch {
    // The connection is lost, and the chat with it.
    return undefined;
  }
}
