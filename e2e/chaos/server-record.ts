/** What the server has durably, read from its own database past all of its code. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @returns outcomes by device, as `offer kind`; one entry for each row */
export async function acceptedOutcomes(data: string): Promise<Map<string, string[]>> {
  const rows = await query(data, `SELECT device, offer, kind FROM outcomes ORDER BY received_at`);
  const accepted = new Map<string, string[]>();
  for (const [device = '', offer = '', kind = ''] of rows)
    accepted.set(device, [...(accepted.get(device) ?? []), `${offer} ${kind}`]);
  return accepted;
}

/** @returns devices of a rollout by state: as rows of members, and as the counters that the judge reads */
export async function countedTwice(data: string, rollout: string) {
  // One statement sees one moment: silence goes on being noticed.
  const rows = await query(
    data,
    `SELECT 'rows', state, count(*) FROM members WHERE rollout = '${rollout}' GROUP BY state
     UNION ALL SELECT 'counters', state, sum(devices) FROM evidence_counts
     WHERE rollout = '${rollout}' AND attribute = '' GROUP BY state HAVING sum(devices) <> 0`,
  );
  const of = (which: string) =>
    Object.fromEntries(
      rows.filter(([kind]) => kind === which).map(([, state = '', devices]) => [state, Number(devices)]),
    );
  return [of('rows'), of('counters')] as const;
}

async function query(data: string, sql: string): Promise<string[][]> {
  // Line 5 of postmaster.pid is the folder of the unix socket (PostgreSQL 15, "storage file layout").
  const socket = readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[4] ?? '';
  const { stdout } = await run(
    'psql',
    ['-h', socket, '-U', 'tuesday', '-d', 'postgres', '-AtF', '\t', '-c', sql],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
