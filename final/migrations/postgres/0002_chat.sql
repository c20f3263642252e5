-- Channels, who is in them, and what was said. The SQLite twin means the same.

CREATE TABLE channels (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- 'public': anyone may find, read and join it. 'private': members alone.
    -- 'direct': two people.
    kind TEXT NOT NULL CHECK (kind IN ('public', 'private', 'direct')),
    -- Empty for 'direct': each of the two sees the other's name.
    name TEXT NOT NULL,
    -- The name with case folded, or the two people's numbers: 'direct:3:7'.
    key TEXT NOT NULL UNIQUE,
    -- The number of the latest change to any message of the channel.
    seq BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE memberships (
    channel_id BIGINT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The number of the last message that this person has seen.
    seen BIGINT NOT NULL,
    PRIMARY KEY (channel_id, user_id)
);

CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE messages (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel_id BIGINT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    -- The change that created it: its place in the channel, for good.
    number BIGINT NOT NULL,
    -- The latest change to it. Whoever knows the channel up to a number asks
    -- for the messages whose latest change is later.
    seq BIGINT NOT NULL,
    author_id BIGINT NOT NULL REFERENCES users (id),
    -- Made by the sender's browser: a message that is sent again is known by it.
    client_id TEXT NOT NULL,
    -- As it was typed. Empty when there is a location, or when it is deleted.
    body TEXT NOT NULL,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    reply_to BIGINT REFERENCES messages (id),
    sent_at TIMESTAMPTZ NOT NULL,
    edited_at TIMESTAMPTZ,
    deleted_at TIMESTAMPTZ,
    UNIQUE (author_id, client_id),
    UNIQUE (channel_id, number)
);

CREATE INDEX messages_by_change ON messages (channel_id, seq);

CREATE TABLE reactions (
    message_id BIGINT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    emoji TEXT NOT NULL,
    -- The change that added it: reactions are shown in this order.
    seq BIGINT NOT NULL,
    PRIMARY KEY (message_id, user_id, emoji)
);

-- Everyone is in General.
INSERT INTO channels (kind, name, key, created_at)
VALUES ('public', 'General', 'general', now());

INSERT INTO memberships (channel_id, user_id, seen)
SELECT channels.id, users.id, 0 FROM channels, users;
