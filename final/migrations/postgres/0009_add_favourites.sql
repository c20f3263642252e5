-- Whether this person has marked the channel as a favourite. The mark goes with the subscription. The SQLite
-- twin means the same.

ALTER TABLE memberships ADD COLUMN is_favourite BOOLEAN NOT NULL DEFAULT FALSE;
