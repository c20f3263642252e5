import $ from "/static/vendor/jquery.module.min.js";
import { copyOf } from "./template.js";

const KEPT_PACKETS = 200;
// The first digit of a packet is Engine.IO's, the second Socket.IO's.
const ENGINE_TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const SOCKET_TYPES = ["connect", "disconnect", "event", "ack", "refusal", "event", "ack"];

/** Shows the transport, its upgrade, the session id, and every packet in and out. */
export function inspectConnection(socket) {
  socket.io.on("open", () => watchTransport(socket.io.engine));
  socket.on("connect", () => {
    $("#inspector-state").text("connected");
    $("#inspector-session").text(socket.id);
  });
  socket.on("disconnect", (reason) => $("#inspector-state").text(`disconnected (${reason})`));
  socket.on("connect_error", (error) => $("#inspector-state").text(`not connected (${error.message})`));
  socket.on("visitors:changed", ({ visitors }) => $("#inspector-visitors").text(visitors));
}

function watchTransport(engine) {
  const first = engine.transport.name;
  $("#inspector-transport").text(first);
  engine.on("upgrade", (transport) =>
    $("#inspector-transport").text(`${first}, upgraded to ${transport.name}`),
  );
  engine.on("packet", (packet) => showPacket("in", packet));
  engine.on("packetCreate", (packet) => showPacket("out", packet));
}

function showPacket(direction, { type, data = "" }) {
  const list = $("#packets");
  const row = copyOf("#packet-template");
  row.find(".packet__direction").text(direction === "in" ? "← in" : "→ out");
  row.find(".packet__kind").text(type === "message" ? SOCKET_TYPES[data[0]] : type);
  row.find(".packet__text").text(ENGINE_TYPES.indexOf(type) + data);
  list.append(row).scrollTop(list.prop("scrollHeight"));
  list.children().slice(0, -KEPT_PACKETS).remove();
}
