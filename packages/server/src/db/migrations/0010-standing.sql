-- What was wrong with a member before it ran the release: failing codes and checks, as words. The release is not
-- to blame for them.
ALTER TABLE members ADD COLUMN standing text[] NOT NULL DEFAULT '{}';
