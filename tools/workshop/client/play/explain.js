const ENGINE = {
  0: "Engine.IO open: the server sends the session's id, the transports to upgrade to, and how often it will ping.",
  1: "Engine.IO close: this end closes the connection.",
  2: "Engine.IO ping: are you still there?",
  3: "Engine.IO pong: I am still here.",
  4: "Engine.IO message: what follows is a packet of Socket.IO.",
  5: "Engine.IO upgrade: from now on everything goes over this transport.",
  6: "Engine.IO noop: nothing to say. It ends a poll that waits, because the transport changes.",
  b: "Bytes follow. Polling carries text, so they are written in base64.",
};
const SOCKET = {
  0: "Socket.IO connect: asks to enter a namespace, or confirms it.",
  1: "Socket.IO disconnect: leaves the namespace.",
  2: "Socket.IO event: a name and a payload.",
  3: "Socket.IO ack: acknowledges an event.",
  4: "Socket.IO connect error: may not enter the namespace.",
  5: "Socket.IO binary event: an event whose bytes follow in packets of their own.",
  6: "Socket.IO binary ack: an acknowledgement whose bytes follow in packets of their own.",
};
const MEANINGS = {
  engine: ({ text }) => ENGINE[text],
  "engine-data": ({ text }) =>
    text === "probe" ? "A probe: does the new transport work?" : "The data of the Engine.IO packet.",
  socket: ({ text }) => SOCKET[text],
  attachments: ({ text }) => `Number of packets with bytes that follow: ${text.slice(0, -1)}.`,
  namespace: () => "The namespace. Without one it is /.",
  ack: (_part, frame) =>
    frame.event
      ? "The request's number. The sender wants an acknowledgement, which carries the same number."
      : `The number of the request that this acknowledges${frame.answers ? `: ${frame.answers}` : ""}.`,
  payload: (_part, frame) =>
    frame.event ? "JSON: an array of the event's name and its payload." : "JSON: the payload.",
  binary: () => "Bytes: an attachment of the packet before.",
  http: (_part, frame) => HTTP[frame.event] ?? "HTTP itself, below the packets.",
  unknown: () => "This is not a part of the protocol.",
};
const HTTP = {
  "upgrade request": "The browser asks, in HTTP, to go on as a WebSocket on the same connection. The key is random.",
  "upgrade answer": "The server agrees: from here on the connection is a WebSocket. The hash of the key proves that it understood.",
  "websocket close": "A frame of WebSocket itself: it closes the connection, with a code and perhaps a reason.",
  "websocket ping": "A frame of WebSocket itself, not of Engine.IO.",
  "websocket pong": "A frame of WebSocket itself, not of Engine.IO.",
};

/** The meaning of a piece of a packet. */
export function meaningOf(part, frame) {
  return MEANINGS[part.kind](part, frame);
}

/** The way in which a frame crossed the wire. */
export function carrierOf({ transport, direction }) {
  if (transport === "websocket") return "Over a WebSocket.";
  return direction === "out" ? "Over polling, in the body of a POST." : "Over polling, in the response to a GET that waited.";
}
