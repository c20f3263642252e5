-- The display name with case folded, as in `name_key`, for searches. Null if it has not changed since this
-- migration.

ALTER TABLE users ADD COLUMN display_key TEXT;
