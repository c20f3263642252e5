-- Most messages never change: then the number of their latest change is their own number, and the
-- index of numbers finds them. The other index needs only those that have changed.

DROP INDEX messages_by_change;
CREATE INDEX messages_by_change ON messages (channel_id, seq) WHERE seq <> number;
