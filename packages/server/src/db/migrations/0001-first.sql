-- Times are bigint milliseconds of the handed-in clock. Leases use the database's own clock.

CREATE TABLE settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL
);

CREATE TABLE operator_tokens (
  hash bytea PRIMARY KEY,
  label text NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE fleet_keys (
  hash bytea PRIMARY KEY,
  created_at bigint NOT NULL
);

-- One row a device: who it is and its last full report.
CREATE TABLE devices (
  device text PRIMARY KEY,
  hardware text NOT NULL,
  token_hash bytea NOT NULL,
  enrolled_at bigint NOT NULL,
  held text,
  report jsonb,
  report_hash bytea,
  reported_at bigint
) PARTITION BY HASH (device);

-- Moves at every poll, so it is narrow, has no second index, and leaves room for in-page updates.
CREATE TABLE contacts (
  device text PRIMARY KEY,
  last_seen bigint NOT NULL
) PARTITION BY HASH (device);

-- A device's part in a rollout. `waiting` in an open stage is what people call pending: opening a stage
-- touches no row here.
CREATE TABLE members (
  device text NOT NULL,
  rollout text NOT NULL,
  stage smallint NOT NULL,
  stratum text NOT NULL,
  environment jsonb NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  state_at bigint NOT NULL,
  because text NOT NULL DEFAULT '',
  -- Ran the release at some time in this rollout.
  exposed boolean NOT NULL DEFAULT false,
  recalled boolean NOT NULL DEFAULT false,
  PRIMARY KEY (device, rollout)
) PARTITION BY HASH (device);
CREATE INDEX members_by_state ON members (rollout, state);

-- Durable facts of one offer; the key makes repeating one a no-op.
CREATE TABLE outcomes (
  device text NOT NULL,
  offer text NOT NULL,
  kind text NOT NULL,
  body jsonb NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (device, offer, kind)
) PARTITION BY HASH (device);

DO $$
DECLARE
  parent text;
  settings text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['devices', 'contacts', 'members', 'outcomes'] LOOP
    settings := CASE parent WHEN 'contacts' THEN ' WITH (fillfactor = 60)' WHEN 'outcomes' THEN '' ELSE ' WITH (fillfactor = 85)' END;
    FOR part IN 0..15 LOOP
      EXECUTE format(
        'CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)%s',
        parent || '_' || lpad(part::text, 2, '0'), parent, part, settings);
    END LOOP;
  END LOOP;
END $$;

CREATE TABLE releases (
  version text PRIMARY KEY,
  state text NOT NULL DEFAULT 'draft',
  manifest jsonb NOT NULL,
  created_at bigint NOT NULL,
  published_at bigint,
  -- The payload that is being signed, made against one version of the targets metadata.
  targets_version integer,
  payload text,
  signatures jsonb NOT NULL DEFAULT '[]'
);

CREATE TABLE artifacts (
  sha256 text PRIMARY KEY,
  size bigint NOT NULL,
  uploaded_at bigint NOT NULL
);

CREATE TABLE trust_metadata (
  role text NOT NULL,
  version integer NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (role, version)
);

CREATE TABLE trust_online_keys (
  role text PRIMARY KEY,
  keyid text NOT NULL,
  sealed bytea NOT NULL
);

CREATE TABLE rollouts (
  rollout text PRIMARY KEY,
  name text NOT NULL,
  release text NOT NULL,
  way_back text NOT NULL,
  plan jsonb NOT NULL,
  plan_digest text NOT NULL,
  -- Seeds the ranks that put devices into stages.
  seed text NOT NULL,
  state jsonb NOT NULL,
  phase text NOT NULL,
  -- Rises with every event; the guard of every write.
  seq integer NOT NULL DEFAULT 0,
  because text NOT NULL DEFAULT '',
  look_again_at bigint,
  blame jsonb NOT NULL DEFAULT '[]',
  stage_sizes jsonb NOT NULL DEFAULT '[]',
  devices integer NOT NULL DEFAULT 0,
  created_at bigint NOT NULL
);
CREATE INDEX rollouts_active ON rollouts (phase) WHERE phase IN ('scheduled', 'soaking', 'watching', 'halted', 'recalling');

CREATE TABLE rollout_events (
  rollout text NOT NULL REFERENCES rollouts,
  seq integer NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  event jsonb NOT NULL,
  because text NOT NULL,
  PRIMARY KEY (rollout, seq)
);

-- How many devices stand in a state now. attribute and value are '' for the whole stage. Each server writes
-- its own shard, so that two servers never wait for one row; readers add the shards up.
CREATE TABLE evidence_counts (
  rollout text NOT NULL,
  stage smallint NOT NULL,
  attribute text NOT NULL,
  value text NOT NULL,
  state text NOT NULL,
  shard smallint NOT NULL,
  devices integer NOT NULL,
  PRIMARY KEY (rollout, stage, attribute, value, state, shard)
);

-- How many devices entered and left a state in a 15-minute bucket.
CREATE TABLE evidence_flow (
  rollout text NOT NULL,
  bucket bigint NOT NULL,
  stage smallint NOT NULL,
  attribute text NOT NULL,
  value text NOT NULL,
  state text NOT NULL,
  shard smallint NOT NULL,
  entered integer NOT NULL,
  departed integer NOT NULL,
  PRIMARY KEY (rollout, bucket, stage, attribute, value, state, shard)
);

CREATE TABLE audit_entries (
  seq bigint PRIMARY KEY,
  at bigint NOT NULL,
  actor text NOT NULL,
  verb text NOT NULL,
  object text NOT NULL,
  because text NOT NULL,
  before jsonb,
  after jsonb,
  previous text NOT NULL,
  hash text NOT NULL
);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at bigint NOT NULL,
  effect jsonb NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  lease_until timestamptz NOT NULL DEFAULT '-infinity',
  done_at timestamptz,
  failure text
);
CREATE INDEX outbox_open ON outbox (id) WHERE done_at IS NULL;
