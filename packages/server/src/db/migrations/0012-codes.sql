-- What each published release says about each code: written when it is published, and never changed. `code` is in its
-- canonical form, so that 0x045 and 0x45 are one.
CREATE TABLE documented_codes (
  code text NOT NULL,
  release text NOT NULL REFERENCES releases ON DELETE CASCADE,
  published_at bigint NOT NULL,
  entry jsonb NOT NULL,
  PRIMARY KEY (code, release)
);
CREATE INDEX documented_codes_by_release ON documented_codes (release);
INSERT INTO documented_codes (code, release, published_at, entry)
  SELECT '0x' || coalesce(nullif(ltrim(substr(entry ->> 'code', 3), '0'), ''), '0'), version,
    coalesce(published_at, created_at), entry
  FROM releases, jsonb_array_elements(coalesce(manifest -> 'errorCodes', '[]')) AS entry
  WHERE state = 'published'
  ON CONFLICT DO NOTHING;

-- Devices that were seen with a code that no release documents, each once. Ingest adds to it and does nothing else;
-- `counted`: the stub of the code has it in its number.
CREATE TABLE code_sightings (
  device text NOT NULL,
  code text NOT NULL,
  at bigint NOT NULL,
  release text NOT NULL,
  -- Until it is counted.
  environment jsonb,
  counted boolean NOT NULL DEFAULT false,
  PRIMARY KEY (device, code)
);
CREATE INDEX code_sightings_uncounted ON code_sightings (at) WHERE NOT counted;
CREATE INDEX code_sightings_by_code ON code_sightings (code);

-- Codes that were seen and that no release documented then. `entry`: what a person wrote down meanwhile.
CREATE TABLE code_stubs (
  code text PRIMARY KEY,
  opened_at bigint NOT NULL,
  -- device or ticket
  seen_by text NOT NULL,
  first_device text,
  first_release text,
  first_environment jsonb,
  devices integer NOT NULL DEFAULT 0,
  entry jsonb,
  written_at bigint,
  written_by text,
  -- When people were told of it, and called.
  told_at bigint,
  paged_at bigint,
  closed_at bigint,
  closed_by text
);
CREATE INDEX code_stubs_open ON code_stubs (code) WHERE closed_at IS NULL;

-- Tickets of before may name a code with zeros in front of it.
UPDATE tickets SET code = '0x' || coalesce(nullif(ltrim(substr(code, 3), '0'), ''), '0') WHERE code LIKE '0x0%';

-- A ticket without a code counts, too. `customer`: whoever wrote, as the help desk calls them.
ALTER TABLE tickets ALTER COLUMN code DROP NOT NULL, ADD COLUMN customer text;
CREATE INDEX tickets_by_code ON tickets (code, at) WHERE code IS NOT NULL;

-- Help desks that tell us of tickets. `sealed`: the secret; null until it is known.
CREATE TABLE ticket_hooks (
  hook text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  desk text NOT NULL,
  sealed bytea,
  prefix text NOT NULL,
  fields jsonb NOT NULL,
  created_at bigint NOT NULL,
  last_heard_at bigint,
  tickets integer NOT NULL DEFAULT 0
);
