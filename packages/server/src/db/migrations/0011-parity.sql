-- Whose signature under a test result counts.
CREATE TABLE testers (
  keyid text PRIMARY KEY,
  name text NOT NULL,
  public_key text NOT NULL,
  added_at bigint NOT NULL,
  revoked_at bigint
);
CREATE UNIQUE INDEX testers_by_name ON testers (name) WHERE revoked_at IS NULL;

-- The envelope as it came, and what it says about each cell, as the devices' values are spelt.
CREATE TABLE attestations (
  sha256 text PRIMARY KEY,
  release text NOT NULL REFERENCES releases,
  hardware text NOT NULL,
  keyid text NOT NULL REFERENCES testers,
  envelope jsonb NOT NULL,
  at bigint NOT NULL
);
CREATE INDEX attestations_by_release ON attestations (release, at);

CREATE TABLE attested_cells (
  attestation text NOT NULL REFERENCES attestations ON DELETE CASCADE,
  position integer NOT NULL,
  release text NOT NULL,
  cell jsonb NOT NULL,
  result text NOT NULL,
  because text NOT NULL,
  at bigint NOT NULL,
  real_seconds double precision NOT NULL,
  device_seconds double precision NOT NULL,
  PRIMARY KEY (attestation, position)
);
CREATE INDEX attested_cells_by_release ON attested_cells (release);

-- By what the devices of a rollout are held whose environment is not covered; null: nobody asked. The number rises
-- with each change, so that ingest reads the rules once.
ALTER TABLE rollouts ADD COLUMN untested_rules jsonb, ADD COLUMN untested_seq integer NOT NULL DEFAULT 0;
