const ANSWER_TIMEOUT_MS = 10000;
const TEMPORARY = ["offline", "no-answer", "too-many-tries", "stopping", "failed"];

/** Sends an event; resolves to its answer, `{ok}` or `{error: {code, message}}`, and never rejects. */
export async function ask(socket, event, payload = {}) {
  // The client would keep the event for later, when the reader has gone on.
  if (!socket.connected) return refusal("offline", "there is no connection to the server right now");
  try {
    return await socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(event, payload);
  } catch {
    return refusal("no-answer", "the server did not answer: try again");
  }
}

/** Whether the same ask may succeed later. */
export function isTemporary({ code }) {
  return TEMPORARY.includes(code);
}

function refusal(code, message) {
  return { error: { code, message } };
}
