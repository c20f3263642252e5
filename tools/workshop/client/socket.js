import { io } from "/static/vendor/socket.io.esm.min.js";

const CONNECT_TIMEOUT_MS = 5000;

/** The page's one connection to the workshop. */
export const socket = io({ autoConnect: false });

/** Opens the connection. Pages that only show text don't need one. */
export function connect() {
  if (!socket.active) socket.connect();
}

/** Resolves when the page is connected, or after a timeout: then `ask` returns an error. */
export async function connected() {
  connect();
  if (socket.connected) return;
  await new Promise((done) => {
    const timer = setTimeout(done, CONNECT_TIMEOUT_MS);
    socket.once("connect", () => {
      clearTimeout(timer);
      done();
    });
  });
}
