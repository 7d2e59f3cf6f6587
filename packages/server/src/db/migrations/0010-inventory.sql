-- How many devices have each value of each attribute now. A trigger counts, so that whoever writes a device's row
-- counts, too. attribute '' is every device that has reported. Sharded by connection: two never wait for one row.
CREATE TABLE environment_counts (
  attribute text NOT NULL,
  value text NOT NULL,
  shard smallint NOT NULL,
  devices integer NOT NULL,
  PRIMARY KEY (attribute, value, shard)
);

-- When a value was reported for the first time, and whether people have been told.
CREATE TABLE environment_values (
  attribute text NOT NULL,
  value text NOT NULL,
  first_seen_at bigint NOT NULL,
  told boolean NOT NULL DEFAULT false,
  PRIMARY KEY (attribute, value)
);
CREATE INDEX environment_values_untold ON environment_values (attribute) WHERE NOT told;

-- The counts as they were last on each day of the fleet's zone.
CREATE TABLE environment_history (
  day date NOT NULL,
  attribute text NOT NULL,
  value text NOT NULL,
  devices integer NOT NULL,
  PRIMARY KEY (day, attribute, value)
);

CREATE FUNCTION running_version(report jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN report -> 'slots' -> (report ->> 'active') ->> 'state' IN ('trying', 'confirmed')
    THEN report -> 'slots' -> (report ->> 'active') ->> 'version' END
$$;

-- What enrolment and the slots say goes before what the device says about itself.
CREATE FUNCTION environment_facts(report jsonb, hardware text)
RETURNS TABLE (attribute text, value text) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT f.attribute, f.value FROM (
    SELECT '' AS attribute, '' AS value
    UNION ALL SELECT 'hardware', hardware
    UNION ALL SELECT 'version', running_version(report)
    UNION ALL SELECT e.key, e.value FROM jsonb_each_text(report -> 'environment') AS e
      WHERE e.key NOT IN ('hardware', 'version')
  ) AS f WHERE report IS NOT NULL AND f.value IS NOT NULL
$$;

-- In one order, so that no two connections wait for each other.
CREATE FUNCTION move_environments(attributes text[], vals text[], moves int[], ats bigint[])
RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
  WITH sums AS (
    SELECT u.attribute, u.value, sum(u.devices)::int AS devices, max(u.at) AS at
    FROM unnest(attributes, vals, moves, ats) AS u (attribute, value, devices, at)
    GROUP BY u.attribute, u.value HAVING sum(u.devices) <> 0
  ), seen AS (
    INSERT INTO environment_values (attribute, value, first_seen_at)
    SELECT attribute, value, at FROM sums WHERE devices > 0 AND attribute <> '' ORDER BY attribute, value
    ON CONFLICT DO NOTHING
  )
  INSERT INTO environment_counts AS c (attribute, value, shard, devices)
  SELECT attribute, value, (pg_backend_pid() % 16)::smallint, devices FROM sums ORDER BY attribute, value
  ON CONFLICT (attribute, value, shard) DO UPDATE SET devices = c.devices + excluded.devices
$$;

CREATE FUNCTION count_changed_environments() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM move_environments(array_agg(m.attribute), array_agg(m.value), array_agg(m.devices), array_agg(m.at))
  FROM (
    SELECT b.report AS report_before, b.hardware AS hardware_before, a.report, a.hardware, a.reported_at
    FROM rows_before b JOIN rows_after a USING (device)
    WHERE b.hardware <> a.hardware OR (b.report IS NULL) <> (a.report IS NULL)
      OR b.report -> 'environment' IS DISTINCT FROM a.report -> 'environment'
      OR running_version(b.report) IS DISTINCT FROM running_version(a.report)
  ) AS c CROSS JOIN LATERAL (
    SELECT f.attribute, f.value, -1 AS devices, 0::bigint AS at
    FROM environment_facts(c.report_before, c.hardware_before) AS f
    UNION ALL
    SELECT f.attribute, f.value, 1, coalesce(c.reported_at, 0) FROM environment_facts(c.report, c.hardware) AS f
  ) AS m HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION count_new_environments() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM move_environments(array_agg(f.attribute), array_agg(f.value), array_agg(1), array_agg(coalesce(a.reported_at, 0)))
  FROM rows_after a CROSS JOIN LATERAL environment_facts(a.report, a.hardware) AS f HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION count_gone_environments() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM move_environments(array_agg(f.attribute), array_agg(f.value), array_agg(-1), array_agg(0::bigint))
  FROM rows_before b CROSS JOIN LATERAL environment_facts(b.report, b.hardware) AS f HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE TRIGGER count_changed_environments AFTER UPDATE ON devices
  REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
  FOR EACH STATEMENT EXECUTE FUNCTION count_changed_environments();
CREATE TRIGGER count_new_environments AFTER INSERT ON devices
  REFERENCING NEW TABLE AS rows_after
  FOR EACH STATEMENT EXECUTE FUNCTION count_new_environments();
CREATE TRIGGER count_gone_environments AFTER DELETE ON devices
  REFERENCING OLD TABLE AS rows_before
  FOR EACH STATEMENT EXECUTE FUNCTION count_gone_environments();

INSERT INTO environment_counts (attribute, value, shard, devices)
SELECT f.attribute, f.value, 0, count(*) FROM devices d CROSS JOIN LATERAL environment_facts(d.report, d.hardware) AS f
GROUP BY f.attribute, f.value;
INSERT INTO environment_values (attribute, value, first_seen_at, told)
SELECT f.attribute, f.value, min(d.enrolled_at), true
FROM devices d CROSS JOIN LATERAL environment_facts(d.report, d.hardware) AS f
WHERE f.attribute <> '' GROUP BY f.attribute, f.value;
