// A Socket.IO server on Node that numbers a message, saves it, broadcasts it to everyone in its channel,
// and acknowledges it, without a log-in or any checks. The first argument is an SQLite file with the
// tables of the chat; person N writes to channel N + 1.
import { createServer } from "node:http";
import Database from "better-sqlite3";
import { Server } from "socket.io";

const db = new Database(process.argv[2]);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = NORMAL");
const advance = db.prepare("UPDATE channels SET seq = seq + 1 WHERE id = ? RETURNING seq").pluck();
const insert = db.prepare(
  `INSERT INTO messages (channel_id, number, seq, author_id, client_id, body, sent_at)
   VALUES (?, ?, ?, ?, ?, ?, ?)`,
);
const save = db.transaction((channel, author, clientId, body, sentAt) => {
  const number = advance.get(channel);
  const { lastInsertRowid: id } = insert.run(channel, number, number, author, clientId, body, sentAt);
  return { id, number };
});

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });

io.on("connection", (socket) => {
  socket.on("message:send", ({ channel, clientId, body }, ack) => {
    socket.join(`channel:${channel}`);
    const author = { id: channel - 1, name: "person", displayName: "person" };
    const sentAt = new Date().toISOString();
    const { id, number } = save(channel, author.id, clientId, body, sentAt);
    const [html, excerpt] = [`<p>${body}</p>\n`, `${body.slice(0, 100)}…`];
    const message = { id, channel, number, seq: number, author, clientId, body, html, excerpt, sentAt, isDeleted: false };
    io.to(`channel:${channel}`).emit("message:created", { seq: number, message });
    ack({ ok: { message } });
  });
});

http.listen(0, "127.0.0.1", () => console.log(`Listening at http://127.0.0.1:${http.address().port}`));
