const ACK_TIMEOUT_MS = 10000;

/** Sends a request; resolves to its acknowledgement, `{ok}` or `{error: {code, message}}`, and never rejects. */
export async function request(socket, event, payload = {}) {
  // Socket.IO would keep the event and send it later, when the reader no longer expects it.
  if (!socket.connected) return failure("offline", "there is no connection to the server right now");
  try {
    return await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, wellFormed(payload));
  } catch {
    return failure("timeout", "the server did not answer: try again");
  }
}

/** Repairs text that cannot be encoded, such as half an emoji. */
function wellFormed(payload) {
  return JSON.parse(JSON.stringify(payload), (_key, value) => (typeof value === "string" ? value.toWellFormed() : value));
}

function failure(code, message) {
  return { error: { code, message } };
}
