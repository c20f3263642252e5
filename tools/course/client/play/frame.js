const TIME = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

/** `12:34:56.789` */
export function timeOf(frame) {
  return TIME.format(new Date(frame.at));
}

/** What to call a frame: its event, what it acknowledges, or its type. */
export function nameOf({ event, answers, socket, engine, problem }) {
  if (event) return event;
  if (answers) return `ack of ${answers}`;
  return socket ?? engine ?? (problem ? "unreadable" : "frame");
}

/** `A → server` */
export function wayOf({ user, direction }) {
  return direction === "out" ? `${user} → server` : `${user} ← server`;
}

/** The same for those who listen. */
export function wayInWords({ user, direction }) {
  return direction === "out" ? `from ${user} to the server` : `from the server to ${user}`;
}

/** A packet as it was written. */
export function rawOf({ parts }) {
  return parts.map((part) => part.text).join("");
}

/** What was sent with it: the payload, or what Engine.IO says. */
export function payloadOf(frame) {
  if (frame.payload) return frame.payload;
  const said = frame.parts.filter(({ kind }) => ["engine-data", "http", "unknown"].includes(kind));
  return said.map((part) => part.text).join("");
}

/** A ping or a pong that only keeps a connection alive. */
export function isHeartbeat({ engine, event, parts }) {
  if (event === "websocket ping" || event === "websocket pong") return true;
  return (engine === "ping" || engine === "pong") && parts.length === 1;
}
