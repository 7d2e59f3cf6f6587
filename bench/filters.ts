/**
 * What a search and its count cost in fleets of 100,000 and 1,000,000 devices, against counting all rows of the same
 * table in the same run: the least that a database does which looks at every device.
 *
 *   npm run bench:filters [-- --json]
 *
 * Devices are made by SQL; the searches are the server's own, on its own embedded PostgreSQL.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefused, wallClock } from '../packages/protocol/src/index.ts';
import { startEmbeddedPostgres } from '../packages/server/src/db/embedded-postgres.ts';
import { migrate } from '../packages/server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../packages/server/src/db/pool.ts';
import { countDevices, listDevices } from '../packages/server/src/filter/select-devices.ts';
import { seedFleet } from './seed/fleet.ts';
import { median } from './median.ts';

const SIZES = [100_000, 1_000_000];
const LOOKS = 5;
const FILTERS: readonly (readonly [what: string, filter: string])[] = [
  ['everything', ''],
  ['one device by its id', 'id==th-0000042'],
  ['ids that begin alike', 'id==th-00001*'],
  ['a part of an id, a single word', '0042'],
  ['a version of most devices', 'version==3.2.4'],
  ['a version of one in 5,000', 'version==3.2.2'],
  ['versions below one', 'version=lt=3.2.4'],
  ['a broker and a region', 'environment.broker=="mosquitto 2.0.18";environment.region==us-east'],
  ['silent for three days', 'lastSeen=lt=-3d'],
  ['unhealthy', 'healthy==false'],
  ['an error code of one in 1,000', 'error==0x45'],
  ['an error code that nobody has', 'error==0x99'],
];

interface Line {
  what: string;
  filter: string;
  devices: string;
  listMillis: number;
  countMillis: number;
  ratio: number;
}

async function measure({ db, pool }: OpenDatabase): Promise<{ bare: number; lines: Line[] }> {
  const context = { db, clock: wallClock() };
  const bare = await median(LOOKS, () => pool.query('SELECT count(*) FROM devices WHERE report IS NOT NULL'));
  const lines: Line[] = [];
  for (const [what, filter] of FILTERS) {
    const found = await countDevices(context, filter);
    const listMillis = await median(LOOKS, () => listDevices(context, { filter, limit: 100 }));
    const countMillis = await median(LOOKS, () => countDevices(context, filter));
    const devices = isRefused(found) ? 'given up' : `${found.more ? 'more than ' : ''}${found.devices}`;
    lines.push({ what, filter, devices, listMillis, countMillis, ratio: countMillis / bare });
  }
  return { bare, lines };
}

const folder = mkdtempSync(join(tmpdir(), 'tuesday-filters-'));
chmodSync(folder, 0o711);
const postgres = await startEmbeddedPostgres(folder);
const database = openDatabase(postgres.url);
const json = process.argv.includes('--json');
try {
  await migrate(database.pool);
  for (const size of SIZES) {
    await database.pool.query(
      'TRUNCATE devices, contacts, environment_counts, fleet_counts, fleet_history, environment_history',
    );
    await seedFleet(database, size, wallClock().now());
    const { bare, lines } = await measure(database);
    if (json) console.log(JSON.stringify({ devices: size, bare, lines }));
    else {
      console.log(`${size} devices; counting all rows takes ${bare.toFixed(0)} ms`);
      for (const { what, devices, listMillis, countMillis, ratio } of lines)
        console.log(
          `  ${what.padEnd(34)} ${devices.padStart(16)}   page ${listMillis.toFixed(0).padStart(5)} ms   ` +
            `count ${countMillis.toFixed(0).padStart(5)} ms, ${ratio.toFixed(2)} of all rows`,
        );
    }
  }
} finally {
  await database.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
