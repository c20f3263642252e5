const ANSWER_TIMEOUT_MS = 20000;

/** Emits a request; resolves to its acknowledgement, `{ok}` or `{error: {code, message}}`, and never rejects. */
export async function ask(socket, event, payload = {}) {
  // Socket.IO would send the event after reconnecting, when the reader no longer expects it.
  if (!socket.connected) return refusal("offline", "the workshop does not answer: is cargo course serve running?");
  try {
    return await socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(event, payload);
  } catch {
    return refusal("no-answer", "the workshop did not answer: try again");
  }
}

function refusal(code, message) {
  return { error: { code, message } };
}
