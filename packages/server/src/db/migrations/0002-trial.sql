-- Trouble: an error code that is not declared harmless, a failing check, a metric beyond its bound.
-- `trouble` holds the words of the last report that showed any.
ALTER TABLE devices ADD COLUMN trouble_at bigint, ADD COLUMN trouble jsonb;
CREATE INDEX devices_in_trouble ON devices (trouble_at) WHERE trouble_at IS NOT NULL;

-- The layout fixes slices, strata and cohort sizes when the rollout starts. `followed_at`: everything up to
-- then is counted. `followed_stage`: the highest stage whose devices are followed. `trial_epoch` rises when the
-- cells are counted anew.
ALTER TABLE rollouts
  ADD COLUMN trial_layout jsonb,
  ADD COLUMN followed_at bigint,
  ADD COLUMN followed_stage smallint NOT NULL DEFAULT -1,
  ADD COLUMN trial_epoch integer NOT NULL DEFAULT 0,
  ADD COLUMN rehearsal jsonb;

-- The newest recalled rollouts are asked for by every batch of reports.
CREATE INDEX rollouts_recalled ON rollouts (created_at) WHERE phase = 'recalled';

-- One device in the trial of one stage. Buckets tell when each thing was counted, so the cells can be counted
-- again from these rows alone.
CREATE TABLE followed (
  rollout text NOT NULL,
  stage smallint NOT NULL,
  device text NOT NULL,
  -- 0 control, 1 offered.
  arm smallint NOT NULL,
  -- Stage of the device's own cohort.
  cohort smallint NOT NULL,
  stratum smallint NOT NULL,
  slices smallint[] NOT NULL,
  enrolled_at bigint,
  entered_at bigint,
  -- Trouble that stood when the device was enrolled; it is nobody's doing.
  standing jsonb,
  attempted integer,
  lost integer,
  entered integer,
  trouble integer,
  metric integer,
  silence_1 integer,
  silence_2 integer,
  silence_3 integer,
  departed integer,
  PRIMARY KEY (rollout, stage, device)
);

-- What the followed devices of one cell did in one bucket of 15 minutes.
CREATE TABLE trial_cells (
  rollout text NOT NULL,
  stage smallint NOT NULL,
  bucket integer NOT NULL,
  stratum smallint NOT NULL,
  slice smallint NOT NULL,
  arm smallint NOT NULL,
  tallies integer[] NOT NULL,
  PRIMARY KEY (rollout, bucket, stage, stratum, slice, arm)
);
