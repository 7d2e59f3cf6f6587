-- Counts of the whole fleet, moved by the same triggers as the environment's: 'enrolled', and 'unhealthy' by the last
-- report. Sharded by connection.
CREATE TABLE fleet_counts (
  what text NOT NULL,
  shard smallint NOT NULL,
  devices integer NOT NULL,
  PRIMARY KEY (what, shard)
);

CREATE FUNCTION is_unhealthy(report jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(report #>> '{health,ok}' = 'false', false)
$$;

CREATE FUNCTION move_fleet_counts(enrolled bigint, unhealthy bigint)
RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
  INSERT INTO fleet_counts AS c (what, shard, devices)
  SELECT m.what, (pg_backend_pid() % 16)::smallint, m.devices
  FROM (VALUES ('enrolled', enrolled::int), ('unhealthy', unhealthy::int)) AS m (what, devices)
  WHERE m.devices <> 0
  ON CONFLICT (what, shard) DO UPDATE SET devices = c.devices + excluded.devices
$$;

CREATE OR REPLACE FUNCTION count_changed_environments() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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
  PERFORM move_fleet_counts(0, sum(is_unhealthy(a.report)::int - is_unhealthy(b.report)::int))
  FROM rows_before b JOIN rows_after a USING (device)
  WHERE is_unhealthy(a.report) <> is_unhealthy(b.report) HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_new_environments() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM move_environments(array_agg(f.attribute), array_agg(f.value), array_agg(1), array_agg(coalesce(a.reported_at, 0)))
  FROM rows_after a CROSS JOIN LATERAL environment_facts(a.report, a.hardware) AS f HAVING count(*) > 0;
  PERFORM move_fleet_counts(count(*), sum(is_unhealthy(report)::int)) FROM rows_after HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_gone_environments() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM move_environments(array_agg(f.attribute), array_agg(f.value), array_agg(-1), array_agg(0::bigint))
  FROM rows_before b CROSS JOIN LATERAL environment_facts(b.report, b.hardware) AS f HAVING count(*) > 0;
  PERFORM move_fleet_counts(-count(*), -sum(is_unhealthy(report)::int)) FROM rows_before HAVING count(*) > 0;
  RETURN NULL;
END $$;

INSERT INTO fleet_counts (what, shard, devices)
SELECT 'enrolled', 0, count(*) FROM devices
UNION ALL SELECT 'unhealthy', 0, count(*) FILTER (WHERE is_unhealthy(report)) FROM devices;

-- What the fleet was like at the end of each hour. kind: 'all', 'silent', 'unhealthy' (name ''), or 'version'.
CREATE TABLE fleet_history (
  at bigint NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  devices integer NOT NULL,
  PRIMARY KEY (at, kind, name)
);

-- What people search for again.
CREATE TABLE saved_filters (
  name text PRIMARY KEY,
  filter text NOT NULL,
  by_whom text NOT NULL,
  at bigint NOT NULL
);

-- What happened to one device and stands nowhere else: what it was offered, and how it described itself. Outcomes are
-- in `outcomes`, what people did in the audit log. The newest of each device are kept, and none for ever.
CREATE SEQUENCE device_events_seq;
CREATE TABLE device_events (
  device text NOT NULL,
  seq bigint NOT NULL DEFAULT nextval('device_events_seq'),
  at bigint NOT NULL,
  -- Of 'offered': told once, however often the offer goes out.
  offer text,
  body jsonb NOT NULL,
  PRIMARY KEY (device, seq)
) PARTITION BY HASH (device);
CREATE UNIQUE INDEX device_events_offers ON device_events (device, offer) WHERE offer IS NOT NULL;
-- Rows come in the order of time, so a few blocks tell which are old.
CREATE INDEX device_events_by_time ON device_events USING brin (at);
DO $$
BEGIN
  FOR part IN 0..15 LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF device_events FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
      'device_events_' || lpad(part::text, 2, '0'), part);
  END LOOP;
END $$;
