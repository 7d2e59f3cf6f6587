-- The newest completed rollouts from which a slice was excluded are asked for by every batch of reports.
CREATE INDEX rollouts_completed_without ON rollouts (created_at)
  WHERE phase = 'completed' AND state -> 'excluded' <> '[]'::jsonb;

-- What was wrong with a member before it ran the release: failing codes and checks, as words. The release is not
-- to blame for them.
ALTER TABLE members ADD COLUMN standing text[] NOT NULL DEFAULT '{}';
