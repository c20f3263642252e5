const ENGINE = {
  0: "Engine.IO open: the server greets, with the session's id, the transports to upgrade to, and how often it will ping.",
  1: "Engine.IO close: this end closes the connection.",
  2: "Engine.IO ping: are you still there?",
  3: "Engine.IO pong: I am still here.",
  4: "Engine.IO message: what follows is a packet of Socket.IO.",
  5: "Engine.IO upgrade: from now on everything goes over this transport.",
  6: "Engine.IO noop: nothing to say. It ends a poll that waits, because the transport changes.",
  b: "Bytes follow. Polling carries text, so they are written in base64.",
};
const SOCKET = {
  0: "Socket.IO connect: wants to enter a namespace, or has been let in.",
  1: "Socket.IO disconnect: leaves the namespace.",
  2: "Socket.IO event: a name, and what comes with it.",
  3: "Socket.IO ack: the answer to an event.",
  4: "Socket.IO connect error: may not enter the namespace.",
  5: "Socket.IO binary event: an event whose bytes follow in packets of their own.",
  6: "Socket.IO binary ack: an answer whose bytes follow in packets of their own.",
};
const MEANINGS = {
  engine: ({ text }) => ENGINE[text],
  "engine-data": ({ text }) =>
    text === "probe" ? "A probe: does the new transport work?" : "What Engine.IO says with it.",
  socket: ({ text }) => SOCKET[text],
  attachments: ({ text }) => `So many packets with bytes follow: ${text.slice(0, -1)}.`,
  namespace: () => "The namespace. Without one it is /.",
  ack: (_part, frame) =>
    frame.event
      ? "The ask's number. Who sends it wants an answer, which carries the same number."
      : `The number of the ask that this answers${frame.answers ? `: ${frame.answers}` : ""}.`,
  payload: (_part, frame) =>
    frame.event ? "JSON: a list of the event's name and what comes with it." : "JSON: what is said with it.",
  binary: () => "Bytes: an attachment of the packet before.",
  http: (_part, frame) => HTTP[frame.event] ?? "HTTP itself, below the packets.",
  unknown: () => "The protocol knows nothing like this.",
};
const HTTP = {
  "upgrade request": "The browser asks, in HTTP, to go on as a websocket on the same connection. The key is random.",
  "upgrade answer": "The server agrees: from here on the connection is a websocket. It proves with a hash of the key that it has understood.",
  "websocket close": "A word of the websocket itself: it ends, with a code and perhaps a reason.",
  "websocket ping": "A word of the websocket itself, not of Engine.IO.",
  "websocket pong": "A word of the websocket itself, not of Engine.IO.",
};

/** What a piece of a packet means. */
export function meaningOf(part, frame) {
  return MEANINGS[part.kind](part, frame);
}

/** How a frame came over the wire. */
export function carrierOf({ transport, direction }) {
  if (transport === "websocket") return "Over a websocket.";
  return direction === "out" ? "Over polling, in the body of a POST." : "Over polling, in the answer to a GET that waited.";
}
