-- Whether this person has marked the channel as a favourite: 0 or 1. The mark goes with the subscription. The
-- PostgreSQL twin means the same.

ALTER TABLE memberships ADD COLUMN is_favourite INTEGER NOT NULL DEFAULT 0;
