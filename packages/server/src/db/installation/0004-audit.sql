-- Numbered without a gap, so that one that is taken away is missed; with the key that signed, because an
-- installation whose data folder was lost has another one since.
ALTER TABLE installation.audit_checkpoints
  ADD COLUMN number bigint NOT NULL,
  ADD COLUMN public_key text NOT NULL,
  ADD UNIQUE (organisation, number);

-- What the log is searched by, each in the order in which it is shown.
CREATE INDEX audit_by_actor ON installation.audit_entries (organisation, actor, seq);
CREATE INDEX audit_by_person ON installation.audit_entries (organisation, person, seq) WHERE person IS NOT NULL;
CREATE INDEX audit_by_verb ON installation.audit_entries (organisation, verb, seq);
CREATE INDEX audit_by_first_word ON installation.audit_entries (organisation, split_part(verb, '.', 1), seq);
CREATE INDEX audit_by_fleet ON installation.audit_entries (organisation, fleet, seq);
-- `rollout r-1`, and what stands after the first word, `r-1`; of one word, that word.
CREATE INDEX audit_by_object ON installation.audit_entries (organisation, object, seq);
CREATE INDEX audit_by_object_name
  ON installation.audit_entries (organisation, substr(object, strpos(object, ' ') + 1), seq);
