-- Several processes can share this database. SQLite has only one, so its twin is empty.

CREATE TABLE processes (
    -- Random, and new for each start.
    id TEXT PRIMARY KEY,
    -- The end of its lease. A process that goes on renews it.
    expires_at TIMESTAMPTZ NOT NULL
);

-- Who is connected to which process.
CREATE TABLE online (
    process_id TEXT NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (process_id, user_id)
);
