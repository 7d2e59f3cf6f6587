-- Second tries: an operator lets a device try again what it went back from. How many were allowed so far in this
-- rollout, and whether the last of them is still open. Its evidence stays what it was.
ALTER TABLE members ADD COLUMN retries smallint NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN retrying boolean NOT NULL DEFAULT false;
