// A minimal Socket.IO server on Node: it numbers a message and broadcasts it to everyone in the room,
// without a log-in, a database or any checks.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
let number = 0;

io.on("connection", (socket) => {
  socket.join("channel:1");
  socket.on("message:send", ({ channel, clientId, body }, ack) => {
    number += 1;
    const author = { id: 1, name: "person-0", displayName: "person-0" };
    const sentAt = new Date().toISOString();
    const [html, excerpt] = [`<p>${body}</p>\n`, `${body.slice(0, 100)}…`];
    const message = { id: number, channel, number, seq: number, author, clientId, body, html, excerpt, sentAt, isDeleted: false };
    io.to("channel:1").emit("message:created", { seq: number, message });
    ack({ ok: { message } });
  });
});

http.listen(0, "127.0.0.1", () => console.log(`Listening at http://127.0.0.1:${http.address().port}`));
