-- A session is opened by one password and ends with it: it counts only while its
-- version is that of its user.

ALTER TABLE users ADD COLUMN password_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN password_version BIGINT NOT NULL DEFAULT 0;
-- From now on `id` holds the SHA-256 of the cookie's value, in hexadecimal.
DELETE FROM sessions;
