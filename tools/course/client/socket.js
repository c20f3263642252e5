import { io } from "/static/vendor/socket.io.esm.min.js";

/** The page's one connection to the workshop. */
export const socket = io({ autoConnect: false });

/** Opens it; pages that only show something need none. */
export function connect() {
  if (!socket.active) socket.connect();
}

/** Resolves when the page is connected. */
export function connected() {
  connect();
  return socket.connected ? Promise.resolve() : new Promise((done) => socket.once("connect", done));
}
