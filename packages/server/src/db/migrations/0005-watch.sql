-- Who watches a rollout. `stands_in`: the stage that this person watches although it is not their shift.
CREATE TABLE watch_acknowledgements (
  rollout text NOT NULL REFERENCES rollouts ON DELETE CASCADE,
  person text NOT NULL,
  at bigint NOT NULL,
  stands_in smallint,
  PRIMARY KEY (rollout, person)
);

-- Who has seen a halt. A rollout can halt more than once; `seq` is that of the event.
CREATE TABLE halt_acknowledgements (
  rollout text NOT NULL REFERENCES rollouts ON DELETE CASCADE,
  seq integer NOT NULL,
  by_whom text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (rollout, seq)
);

-- What was said because nobody answered: 'halt <seq> <step>' and 'watch <date>'. The key says it once.
CREATE TABLE escalations (
  rollout text NOT NULL REFERENCES rollouts ON DELETE CASCADE,
  what text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (rollout, what)
);

-- What halted before there was anybody to call is not called for now.
INSERT INTO escalations (rollout, what, at)
  SELECT rollout, 'halt ' || seq || ' 4', at FROM rollout_events WHERE event ->> 'kind' = 'halted';

-- Where notices go. Address, keys and signing secret are sealed with a key of the data folder.
CREATE TABLE notice_channels (
  channel text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  kinds text[] NOT NULL,
  by text NOT NULL,
  -- Where to, without secrets.
  shown text NOT NULL,
  sealed bytea NOT NULL,
  created_at bigint NOT NULL,
  last_delivered_at bigint,
  failed_at bigint,
  failure text,
  attempts integer NOT NULL DEFAULT 0
);

-- A message of a channel leaves with it. `put_at` is real time: so long a message is worth delivering.
ALTER TABLE outbox
  ADD COLUMN channel text REFERENCES notice_channels ON DELETE CASCADE,
  ADD COLUMN put_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX outbox_by_channel ON outbox (channel, id) WHERE channel IS NOT NULL AND done_at IS NULL;

-- Signed messages that came in, by their id: each counts once. Kept for longer than a timestamp is believed.
CREATE TABLE hook_messages (
  channel text NOT NULL REFERENCES notice_channels ON DELETE CASCADE,
  message text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (channel, message)
);
