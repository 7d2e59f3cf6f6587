-- What people plan, start and end. Which roads are open and who is healed is derived from what the fleet keeps anyway.
CREATE TABLE recoveries (
  recovery text PRIMARY KEY,
  title text NOT NULL,
  state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'running', 'finished', 'stopped')),
  incident text REFERENCES incidents ON DELETE SET NULL,
  -- By which its devices were found, when they were.
  filter text,
  release text NOT NULL REFERENCES releases,
  roads text[] NOT NULL,
  visits_per_day integer NOT NULL,
  wait_hours integer NOT NULL,
  because text NOT NULL,
  planned_at bigint NOT NULL,
  planned_by text NOT NULL,
  started_at bigint,
  started_by text,
  ended_at bigint,
  ended_by text,
  ended_because text
);

CREATE TABLE recovery_devices (
  recovery text NOT NULL REFERENCES recoveries ON DELETE CASCADE,
  device text NOT NULL,
  visited_at bigint,
  given_up_at bigint,
  given_up_because text,
  PRIMARY KEY (recovery, device)
);
-- A device that relays asks for those that it hears.
CREATE INDEX recovery_devices_by_device ON recovery_devices (device);

-- Devices among neighbours are few, and are asked whom they hear.
CREATE INDEX devices_that_relay ON devices (device) WHERE jsonb_exists(report, 'relay');
