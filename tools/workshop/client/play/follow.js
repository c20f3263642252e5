import { socket } from "../socket.js";

/**
 * Reads a growing list from the workshop, page by page: each acknowledgement comes as
 * soon as there are new entries. Stops at the end of the list, when the connection is
 * lost, or when the list is no longer wanted.
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

/** Reads one page without a time limit: a chat may be quiet for a long time. */
async function read(event, after) {
  try {
    const { ok } = await socket.emitWithAck(event, { after });
    return ok;
  } catch {
    // The connection is lost, and the chat with it.
    return undefined;
  }
}
