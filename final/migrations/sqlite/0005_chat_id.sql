-- Tells this chat from others that a browser has seen at the same address.

CREATE TABLE chat (
    id TEXT NOT NULL
);
INSERT INTO chat (id) VALUES (lower(hex(randomblob(16))));
