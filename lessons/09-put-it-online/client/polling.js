/**
 * Some networks let a browser open a WebSocket, and then lose everything that is sent
 * over it. The server ends a connection whose upgrade fails, so the next one stays with
 * polling.
 */
export function fallBackToPolling(socket) {
  socket.on("disconnect", (reason) => {
    const { engine, opts } = socket.io;
    if (reason === "transport error" && engine.transport.name === "polling") {
      opts.upgrade = false;
    }
  });
}
