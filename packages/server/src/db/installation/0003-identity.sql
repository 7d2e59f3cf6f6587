-- Where a ceremony was begun: a passkey answers for one address only.
ALTER TABLE installation.ceremonies
  ADD COLUMN rp text NOT NULL DEFAULT '',
  ADD COLUMN origin text NOT NULL DEFAULT '';

CREATE INDEX ceremonies_by_end ON installation.ceremonies (expires_at);
CREATE INDEX attempts_by_time ON installation.attempts (last_at);
CREATE INDEX passkeys_by_person ON installation.passkeys (person);
CREATE INDEX tokens_by_fleet ON installation.tokens (fleet, created_at);
CREATE INDEX invitations_by_person ON installation.invitations (person);
