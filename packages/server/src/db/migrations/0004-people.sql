-- Tokens and the audit log belong to the installation; what a fleet had moves there.
INSERT INTO installation.tokens (token, hash, label, organisation, fleet, roles, installation, created_at)
  SELECT 'first-' || left(encode(hash, 'hex'), 8), hash, label, f.organisation, f.fleet,
    '{viewer,support,operator,approver,commander,admin}', true, t.created_at
  FROM operator_tokens t, installation.fleets f WHERE f.tables = current_schema();
DROP TABLE operator_tokens;

INSERT INTO installation.audit_entries (organisation, seq, at, actor, verb, object, because, before, after, previous, hash)
  SELECT f.organisation, a.seq, a.at, a.actor, a.verb, a.object, a.because, a.before, a.after, a.previous, a.hash
  FROM audit_entries a, installation.fleets f WHERE f.tables = current_schema();
DROP TABLE audit_entries;

-- Sessions have a table now.
DELETE FROM settings WHERE key LIKE 'session:%';

-- Who asked for the rollout: nobody consents to what they asked for. A label, and the person behind it.
ALTER TABLE rollouts ADD COLUMN author text NOT NULL DEFAULT 'operator', ADD COLUMN author_person text;

-- The calendar has become a part of the policy. What people had chosen stays; the rest is the default.
UPDATE settings SET key = 'policy', value = jsonb_build_object('preset', 'custom', 'calendar', value)
  WHERE key = 'calendar';
