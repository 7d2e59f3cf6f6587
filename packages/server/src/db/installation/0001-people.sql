-- What all fleets of an installation share: who there is, who may do what, and what was done. Each fleet's own
-- tables live in a schema of their own, so that no query can reach another fleet's rows by forgetting a clause.
CREATE SCHEMA installation;

CREATE TABLE installation.organisations (
  organisation text PRIMARY KEY,
  name text NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE installation.fleets (
  fleet text PRIMARY KEY,
  organisation text NOT NULL REFERENCES installation.organisations,
  name text NOT NULL,
  -- PostgreSQL schema with the fleet's tables.
  tables text NOT NULL UNIQUE,
  created_at bigint NOT NULL
);
INSERT INTO installation.organisations VALUES ('main', 'Main', 0);
INSERT INTO installation.fleets VALUES ('main', 'main', 'Main', 'public', 0);

CREATE TABLE installation.people (
  -- Name to sign in with; one in the whole installation.
  person text PRIMARY KEY,
  organisation text NOT NULL REFERENCES installation.organisations,
  display text NOT NULL,
  email text,
  state text NOT NULL DEFAULT 'invited' CHECK (state IN ('invited', 'active', 'disabled')),
  -- argon2id, PHC string format.
  password text,
  -- Secret of the time-based codes, sealed with a key of the data folder.
  totp bytea,
  -- The newest time step that was taken: each counts once.
  totp_step bigint NOT NULL DEFAULT 0,
  oidc_subject text UNIQUE,
  created_at bigint NOT NULL
);
CREATE INDEX people_by_organisation ON installation.people (organisation);

CREATE TABLE installation.roles (
  person text NOT NULL REFERENCES installation.people,
  fleet text NOT NULL REFERENCES installation.fleets,
  role text NOT NULL,
  PRIMARY KEY (person, fleet, role)
);

CREATE TABLE installation.passkeys (
  -- Credential id, base64url.
  passkey text PRIMARY KEY,
  person text NOT NULL REFERENCES installation.people,
  -- COSE key. Unique: one key is one person.
  public_key bytea NOT NULL UNIQUE,
  counter bigint NOT NULL,
  transports text[] NOT NULL DEFAULT '{}',
  label text NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint
);

CREATE TABLE installation.recovery_codes (
  person text NOT NULL REFERENCES installation.people,
  hash bytea NOT NULL,
  used_at bigint,
  PRIMARY KEY (person, hash)
);

CREATE TABLE installation.invitations (
  hash bytea PRIMARY KEY,
  person text NOT NULL REFERENCES installation.people,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at bigint
);

-- Challenges that a browser has to answer, each once and for one purpose.
CREATE TABLE installation.ceremonies (
  ceremony text PRIMARY KEY,
  kind text NOT NULL,
  person text,
  purpose text NOT NULL,
  challenge text NOT NULL,
  expires_at bigint NOT NULL
);

CREATE TABLE installation.sessions (
  session text PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  person text REFERENCES installation.people,
  -- The token that it was exchanged for, where it was.
  token text,
  created_at bigint NOT NULL,
  last_seen_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  origin text NOT NULL,
  agent text NOT NULL,
  factor text,
  revoked_at bigint
);
CREATE INDEX sessions_by_person ON installation.sessions (person);

CREATE TABLE installation.tokens (
  token text PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  label text NOT NULL,
  organisation text NOT NULL REFERENCES installation.organisations,
  -- Who made it; null for the one that the first run leaves in the data folder.
  person text REFERENCES installation.people,
  fleet text NOT NULL REFERENCES installation.fleets,
  roles text[] NOT NULL,
  -- May make organisations.
  installation boolean NOT NULL DEFAULT false,
  created_at bigint NOT NULL,
  expires_at bigint,
  last_used_at bigint,
  revoked_at bigint
);

-- Wrong attempts, by what was tried: a name or an address, hashed, whether it exists or not.
CREATE TABLE installation.attempts (
  key text PRIMARY KEY,
  failures integer NOT NULL,
  last_at bigint NOT NULL,
  locked_until bigint NOT NULL DEFAULT 0
);

-- One chain for each organisation.
CREATE TABLE installation.audit_entries (
  organisation text NOT NULL REFERENCES installation.organisations,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  fleet text,
  actor text NOT NULL,
  person text,
  origin text,
  factor text,
  verb text NOT NULL,
  object text NOT NULL,
  because text NOT NULL,
  before jsonb,
  after jsonb,
  previous text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (organisation, seq)
);
CREATE INDEX audit_by_time ON installation.audit_entries (organisation, at);

-- Signed by the installation now and then: what was there cannot be cut off later.
CREATE TABLE installation.audit_checkpoints (
  organisation text NOT NULL REFERENCES installation.organisations,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  hash text NOT NULL,
  keyid text NOT NULL,
  sig text NOT NULL,
  PRIMARY KEY (organisation, seq)
);
