-- Deltas between artifacts that are published: planned once a release, made by one server at a time.
CREATE TABLE delta_plans (
  release text PRIMARY KEY REFERENCES releases,
  planned_at bigint NOT NULL
);
-- What was published before there were deltas gets none.
INSERT INTO delta_plans SELECT version, coalesce(published_at, 0) FROM releases WHERE state = 'published';

CREATE TABLE deltas (
  from_sha256 text NOT NULL,
  to_sha256 text NOT NULL,
  -- As when it was planned; other releases may have the same bytes.
  from_version text NOT NULL,
  to_version text NOT NULL,
  hardware text NOT NULL,
  -- wanted, made, or none: then `because` says why not.
  state text NOT NULL DEFAULT 'wanted',
  -- Of the delta itself.
  sha256 text,
  size bigint,
  because text NOT NULL DEFAULT '',
  -- The lease is the database's own time; the number of attempts is its fence.
  attempts integer NOT NULL DEFAULT 0,
  lease_until timestamptz NOT NULL DEFAULT '-infinity',
  planned_at bigint NOT NULL,
  settled_at bigint,
  PRIMARY KEY (from_sha256, to_sha256)
);
CREATE INDEX deltas_wanted ON deltas (planned_at) WHERE state = 'wanted';
CREATE INDEX deltas_by_target ON deltas (to_sha256);
