const ACK_TIMEOUT_MS = 5000;

/** Sends a request; resolves to its acknowledgement, `{ok}` or `{error: {code, message}}`, and never rejects. */
export async function request(socket, event, payload = {}) {
  // Socket.IO would keep the event and send it later, when the reader no longer expects it.
  if (!socket.connected) return failure("offline", "there is no connection to the server right now");
  try {
    return await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, payload);
  } catch {
    return failure("timeout", "the server did not answer: try again");
  }
}

function failure(code, message) {
  return { error: { code, message } };
}
