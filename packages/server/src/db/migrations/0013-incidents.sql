-- What people open, note and close. Everything else about an incident is derived from what the fleet keeps anyway.
CREATE TABLE incidents (
  incident text PRIMARY KEY,
  title text NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'mitigated', 'closed')),
  cause text NOT NULL CHECK (cause IN ('halt', 'recall', 'hand')),
  rollout text REFERENCES rollouts ON DELETE CASCADE,
  release text,
  -- In its canonical form.
  code text,
  because text NOT NULL,
  opened_at bigint NOT NULL,
  opened_by text NOT NULL,
  mitigated_at bigint,
  closed_at bigint,
  closed_by text,
  closing_note text,
  -- Visits of technicians, as people recorded them.
  visits integer NOT NULL DEFAULT 0
);
-- A rollout has one that is not closed: whoever comes second finds it.
CREATE UNIQUE INDEX incidents_live ON incidents (rollout) WHERE state <> 'closed';
CREATE INDEX incidents_by_time ON incidents (opened_at);

CREATE TABLE incident_notes (
  note bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident text NOT NULL REFERENCES incidents ON DELETE CASCADE,
  at bigint NOT NULL,
  by_whom text NOT NULL,
  text text NOT NULL
);
CREATE INDEX incident_notes_by_incident ON incident_notes (incident, note);

CREATE TABLE incident_hypotheses (
  hypothesis text PRIMARY KEY,
  incident text NOT NULL REFERENCES incidents ON DELETE CASCADE,
  text text NOT NULL,
  by_whom text NOT NULL,
  at bigint NOT NULL,
  verdict text NOT NULL DEFAULT 'open' CHECK (verdict IN ('open', 'supported', 'ruled-out')),
  because text,
  judged_by text,
  judged_at bigint
);
CREATE INDEX incident_hypotheses_by_incident ON incident_hypotheses (incident, at);

-- A timeline asks for the tickets of one device.
CREATE INDEX tickets_by_device ON tickets (device, at) WHERE device IS NOT NULL;
