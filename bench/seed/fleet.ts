/** A fleet made by SQL: thermostats of four versions behind three brokers, a few of them unwell, with a past. */
import { presetPolicy } from '../../packages/protocol/src/index.ts';
import type { OpenDatabase } from '../../packages/server/src/db/pool.ts';
import { writePolicy } from '../../packages/server/src/policy/policy.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CHUNK = 50_000;

const FILL = `
  INSERT INTO devices (device, hardware, token_hash, enrolled_at, reported_at, report)
  SELECT 'th-' || lpad(n::text, 7, '0'), 'th-2', decode(md5(n::text), 'hex'), $3::bigint, $3::bigint, jsonb_build_object(
    'protocol', 1, 'agent', '0.1.0', 'hardware', 'th-2', 'active', 'a',
    'slots', jsonb_build_object('a', jsonb_build_object('state', 'confirmed',
      'version', CASE WHEN n % 5000 = 0 THEN '3.2.2' WHEN n % 50 = 0 THEN '3.2.3' WHEN n % 10 = 0 THEN '3.2.5' ELSE '3.2.4' END),
      'b', jsonb_build_object('state', 'good', 'version', '3.2.3')),
    'bootAttempts', 0, 'health', jsonb_build_object('ok', n % 200 <> 0), 'transport', 'mqtt', 'updates', n % 4,
    'errors', CASE WHEN n % 1000 = 0 THEN '["0x45"]'::jsonb ELSE '[]'::jsonb END, 'rolledBackFrom', '[]'::jsonb, 'root', 1,
    'environment', jsonb_build_object('broker', 'mosquitto 2.0.' || CASE WHEN n % 7 = 0 THEN '18' WHEN n % 3 = 0 THEN '22' ELSE '15' END,
      'region', (ARRAY['eu-north', 'eu-west', 'us-east'])[1 + n % 3], 'firmware', 'b' || n % 40))
  FROM generate_series($1::int, $2::int) AS n`;

/** @param now by which clock the fleet was heard last */
export async function seedFleet({ pool, db }: OpenDatabase, devices: number, now: number): Promise<void> {
  for (let from = 1; from <= devices; from += CHUNK) {
    await pool.query(FILL, [from, Math.min(devices, from + CHUNK - 1), now - 30 * DAY]);
  }
  await pool.query(
    `INSERT INTO contacts SELECT device, $1::bigint - (hashtext(device) & 255) * CASE WHEN hashtext(device) % 100 = 0 THEN ${HOUR} ELSE 1000 END
     FROM devices`,
    [now],
  );
  const preset = presetPolicy('golden-rule', 'UTC');
  await writePolicy(db, {
    ...preset,
    parity: {
      ...preset.parity,
      dimensions: ['broker', 'region', 'hardware'].map((name) => ({ name })),
    },
  });
  const hour = Math.floor(now / HOUR) * HOUR;
  await pool.query(
    `INSERT INTO fleet_history SELECT $1::bigint - h * ${HOUR}::bigint, k.kind, k.name, ($2::int * k.share)::int
     FROM generate_series(1, 24 * 30) AS h, (VALUES ('all', '', 1.0), ('silent', '', 0.01), ('unhealthy', '', 0.005),
       ('version', '3.2.4', 0.88), ('version', '3.2.5', 0.1), ('version', '3.2.3', 0.02)) AS k (kind, name, share)`,
    [hour, devices],
  );
  await pool.query(
    `INSERT INTO environment_history SELECT to_timestamp($1 / 1000.0)::date - d, attribute, value, sum(devices)
     FROM generate_series(1, 29) AS d, environment_counts WHERE attribute IN ('', 'broker', 'region', 'hardware') GROUP BY 1, 2, 3`,
    [now],
  );
  await pool.query('VACUUM ANALYZE');
}
