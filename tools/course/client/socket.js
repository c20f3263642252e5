import { io } from "/static/vendor/socket.io.esm.min.js";

const CONNECT_TIMEOUT_MS = 5000;

/** The page's one connection to the workshop. */
export const socket = io({ autoConnect: false });

/** Opens it; pages that only show something need none. */
export function connect() {
  if (!socket.active) socket.connect();
}

/** Resolves when the page is connected, or has waited long enough: then `ask` says that nobody answers. */
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
