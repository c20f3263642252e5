-- What people uploaded; the bytes are in the object store. The SQLite twin
-- means the same.

CREATE TABLE files (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- 128 random bits: the name in the object store and in addresses.
    storage_name TEXT NOT NULL UNIQUE,
    -- No cascade: whoever deletes an account must remove its bytes first.
    owner_id BIGINT NOT NULL REFERENCES users (id),
    -- Empty until a message is sent with it.
    message_id BIGINT REFERENCES messages (id) ON DELETE SET NULL,
    -- Which of the message's files it is.
    position BIGINT NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'video', 'audio', 'file')),
    content_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    -- Empty without a thumbnail.
    thumbnail_type TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    -- From here on nobody can read it; the row goes when its bytes are gone.
    removed_at TIMESTAMPTZ
);

CREATE INDEX files_by_owner ON files (owner_id);
CREATE INDEX files_by_message ON files (message_id);
CREATE INDEX files_removed ON files (removed_at) WHERE removed_at IS NOT NULL;

-- The storage name, not the number: it is what an address needs.
ALTER TABLE users ADD COLUMN picture TEXT REFERENCES files (storage_name) ON DELETE SET NULL;

CREATE UNIQUE INDEX users_by_picture ON users (picture);
