-- Who put the rehearsal under the plan: it is under the digest, so they consent to it as little as the author.
ALTER TABLE rollouts ADD COLUMN rehearsed_by text;

-- A request for consent to exactly what `covers` says.
CREATE TABLE approval_requests (
  approval text PRIMARY KEY,
  subject text NOT NULL CHECK (subject IN ('rollout', 'policy', 'unhold', 'recall')),
  -- Rollout or device id; `policy`.
  object text NOT NULL,
  -- SHA-256 of the canonical JSON (RFC 8785) of `covers`.
  digest text NOT NULL,
  covers jsonb NOT NULL,
  words text[] NOT NULL,
  requester text NOT NULL,
  requester_person text,
  -- People who asked for it or made a part of it: they do not consent.
  barred text[] NOT NULL,
  because text NOT NULL,
  needed integer NOT NULL CHECK (needed > 0),
  -- Who may consent; empty: every approver.
  named text[] NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  -- The end, once it has been seen; a clock that is set back revives nothing.
  expired_at bigint,
  withdrawn_at bigint,
  voided_at bigint,
  void_because text,
  used_at bigint
);
CREATE UNIQUE INDEX approval_requests_live ON approval_requests (subject, object)
  WHERE expired_at IS NULL AND withdrawn_at IS NULL AND voided_at IS NULL AND used_at IS NULL;
CREATE INDEX approval_requests_by_time ON approval_requests (created_at);

CREATE TABLE consents (
  consent bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  approval text NOT NULL REFERENCES approval_requests,
  person text NOT NULL,
  -- The approver who had delegated.
  on_behalf_of text,
  factor text NOT NULL,
  at bigint NOT NULL,
  withdrawn_at bigint
);
CREATE UNIQUE INDEX consents_once ON consents (approval, person) WHERE withdrawn_at IS NULL;
CREATE UNIQUE INDEX consents_once_for ON consents (approval, on_behalf_of) WHERE withdrawn_at IS NULL;

CREATE TABLE delegations (
  delegation text PRIMARY KEY,
  delegator text NOT NULL,
  delegate text NOT NULL,
  made_at bigint NOT NULL,
  from_at bigint NOT NULL,
  until_at bigint NOT NULL,
  revoked_at bigint,
  CHECK (delegator <> delegate),
  CHECK (from_at < until_at)
);

CREATE TABLE glasses (
  glass text PRIMARY KEY,
  act text NOT NULL CHECK (act IN ('recall', 'window', 'unhold')),
  object text NOT NULL,
  person text NOT NULL,
  because text NOT NULL,
  factor text NOT NULL,
  at bigint NOT NULL,
  expires_at bigint NOT NULL,
  -- Once it has been seen.
  expired_at bigint,
  used_at bigint,
  due_at bigint NOT NULL,
  closed_at bigint,
  closed_by text,
  finding text,
  -- When everybody was last reminded of the open review.
  reminded_at bigint
);
-- One glass for one act: of two commanders the second finds it broken.
CREATE UNIQUE INDEX glasses_live ON glasses (act, object) WHERE used_at IS NULL AND expired_at IS NULL;
