const TIME = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

/** The time of a frame: `12:34:56.789` */
export function timeOf(frame) {
  return TIME.format(new Date(frame.at));
}

/** The name of a frame: its event, the event that it acknowledges, or its type. */
export function nameOf({ event, answers, socket, engine, problem }) {
  if (event) return event;
  if (answers) return `ack of ${answers}`;
  return socket ?? engine ?? (problem ? "unreadable" : "frame");
}

/** The direction of a frame: `A → server` */
export function wayOf({ user, direction }) {
  return direction === "out" ? `${user} → server` : `${user} ← server`;
}

/** The direction of a frame in words, for screen readers. */
export function wayInWords({ user, direction }) {
  return direction === "out" ? `from ${user} to the server` : `from the server to ${user}`;
}

/** The packet exactly as it was sent. */
export function rawOf({ parts }) {
  return parts.map((part) => part.text).join("");
}

/** The payload of a frame, or the data of its Engine.IO packet. */
export function payloadOf(frame) {
  if (frame.payload) return frame.payload;
  const said = frame.parts.filter(({ kind }) => ["engine-data", "http", "unknown"].includes(kind));
  return said.map((part) => part.text).join("");
}

/** Whether a frame is a ping or a pong that only keeps the connection alive. */
export function isHeartbeat({ engine, event, parts }) {
  if (event === "websocket ping" || event === "websocket pong") return true;
  return (engine === "ping" || engine === "pong") && parts.length === 1;
}
