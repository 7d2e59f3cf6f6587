/** The compiled SQL against an evaluation in memory that shares nothing with it, for random filters and devices. */
import { type CheckIn, compareVersions, presetPolicy } from '@tuesday/protocol';
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  infiniteStream,
  letrec,
  nat,
  oneof,
  record,
  sample,
} from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePolicy } from '../policy/policy.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { handClock, report } from '../testing/fleet.ts';
import { countDevices, listDevices } from './select-devices.ts';

const clock = handClock();
const NOW = clock.now();
const DAY = 86_400_000;
const VERSIONS = ['3.2.4', '3.2.5', '3.2.10', '3.3.0-rc.1'];
const BROKERS = ['mosquitto 2.0.18', 'mosquitto 2.0.18-1', 'nats 2.10', 'a"b\\c'];
const CODES = ['0x45', '0x045', '0x7'];
const STATES = ['waiting', 'waiting-silent', 'installed', 'proven', 'failed', 'rolled-back'] as const;
const REASONS = ['', 'boot attempts failed', '100 % of_it'];

interface Member {
  rollout: string;
  stage: number;
  state: (typeof STATES)[number];
  because: string;
}

interface Device {
  device: string;
  hardware: string;
  held: string | null;
  enrolledAt: number;
  lastSeen: number | null;
  report: CheckIn | null;
  members: Member[];
}

/** Oldest first; in the second one stage 0 is open. */
const ROLLOUTS = [
  { rollout: 'r-1', release: '3.2.4', openedAt: {} },
  { rollout: 'r-2', release: '3.2.5', openedAt: { 0: 1 } },
];

const reportOf = (pick: (from: readonly unknown[]) => unknown): CheckIn | null => {
  if (pick([true, true, true, true, false]) === false) return null;
  const environment: Record<string, string> = {};
  if (pick([true, true, false]) === true) environment['broker'] = pick(BROKERS) as string;
  if (pick([true, false]) === true) environment['region'] = pick(['eu', 'us']) as string;
  const state = pick(['confirmed', 'confirmed', 'trying', 'good']) as 'confirmed';
  return report({
    environment,
    slots: { a: { state, version: pick(VERSIONS) as string }, b: { state: 'empty' } },
    health: { ok: pick([true, false]) as boolean },
    errors: [...new Set([pick([...CODES, null]), pick([...CODES, null])])].filter(
      (code) => code !== null,
    ) as string[],
    rolledBackFrom: pick([[], [], ['3.2.5']]) as string[],
  });
};

const devices: Device[] = sample(infiniteStream(nat(1_000_000)), { numRuns: 1, seed: 11 }).flatMap(
  (stream) => {
    const pick = (from: readonly unknown[]) => from[(stream.next().value as number) % from.length];
    return Array.from({ length: 160 }, (_, index): Device => ({
      device: `${pick(['th', 'TH', 'x_y']) as string}-${String(index).padStart(3, '0')}`,
      hardware: pick(['th-2', 'th-3']) as string,
      held: pick([null, null, 'in the lab']) as string | null,
      enrolledAt: NOW - (pick([1, 10, 40]) as number) * DAY,
      lastSeen: pick([null, NOW, NOW - DAY, NOW - 3 * DAY, NOW - 9 * DAY]) as number | null,
      report: reportOf(pick),
      members: ROLLOUTS.filter(() => pick([true, true, false])).map(({ rollout }) => ({
        rollout,
        stage: pick([0, 1]) as number,
        state: pick(STATES) as Member['state'],
        because: pick(REASONS) as string,
      })),
    }));
  },
);

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await writePolicy(database.db, {
    ...presetPolicy('golden-rule', 'UTC'),
    parity: {
      ...presetPolicy('golden-rule', 'UTC').parity,
      dimensions: [
        {
          name: 'broker',
          normalise: { as: {}, lowerCase: false, cutAfterVersion: '-' },
          unreported: 'untested',
        },
      ],
    },
  });
  for (const { device, hardware, held, enrolledAt, report, lastSeen, members } of devices) {
    await database.pool.query(
      `INSERT INTO devices (device, hardware, token_hash, enrolled_at, held, report) VALUES ($1, $2, '', $3, $4, $5)`,
      [device, hardware, enrolledAt, held, report && JSON.stringify(report)],
    );
    if (lastSeen !== null)
      await database.pool.query('INSERT INTO contacts VALUES ($1, $2)', [device, lastSeen]);
    for (const one of members)
      await database.pool.query(
        `INSERT INTO members (device, rollout, stage, stratum, environment, state, state_at, because)
         VALUES ($1, $2, $3, '', '{}', $4, 0, $5)`,
        [device, one.rollout, one.stage, one.state, one.because],
      );
  }
  for (const [index, { rollout, release, openedAt }] of ROLLOUTS.entries())
    await database.pool.query(
      `INSERT INTO rollouts (rollout, name, release, way_back, plan, plan_digest, seed, state, phase, created_at)
       VALUES ($1, $1, $2, '3.2.3', '{}', '', '', $3, 'soaking', $4)`,
      [rollout, release, JSON.stringify({ openedAt }), index],
    );
});
afterAll(() => database.drop());

/** What the test asks, in the shape in which it is evaluated here. */
type Asked =
  | { join: 'and' | 'or'; left: Asked; right: Asked }
  | { field: string; operator: string; values: string[] };

const MATCH = ['==', '!=', '=in=', '=out='];
const ORDER = ['=lt=', '=le=', '=gt=', '=ge=', '<', '>='];
const starred = (values: readonly string[]) =>
  oneof(
    constantFrom(...values),
    constantFrom(...values).map((value) => `${value.slice(0, 2)}*`),
    constantFrom(...values).map((value) => `*${value.slice(1, 4)}*`),
    constant('*'),
  );
const asking = (field: string, values: Arbitrary<string>, operators = MATCH): Arbitrary<Asked> =>
  record({
    field: constant(field),
    operator: constantFrom(...operators),
    values: array(values, { minLength: 1, maxLength: 3 }),
  });
const spans = constantFrom('-1h', '-1d', '-3d', '-2w', new Date(NOW - DAY).toISOString().replace('.000', ''));
const comparison = oneof(
  asking('id', starred(['th-001', 'x_y-044', 'TH-1'])),
  asking('version', starred(VERSIONS)),
  asking('version', constantFrom(...VERSIONS, '9.0.0'), ORDER),
  asking('hardware', starred(['th-2', 'th-3'])),
  asking('environment.broker', starred(BROKERS)),
  asking('environment.region', starred(['eu', 'asia'])),
  asking('environment.hardware', starred(['th-3'])),
  asking('lastSeen', spans, ORDER),
  asking('enrolled', spans, ORDER),
  asking('healthy', constantFrom('true', 'false', 'unknown', '*')),
  asking('held', constantFrom('true', 'false')),
  asking('error', constantFrom('0x45', '0x0045', '0x7', '0x4*', '*')),
  asking('wentBackFrom', starred(['3.2.5'])),
  asking('rollout', starred(['r-1', 'r-2'])),
  asking('release', starred(['3.2.4', '3.2.5'])),
  asking('state', constantFrom('pending', 'silent', 'failed', 'proven', 'waiting', '*')),
  asking('state.r-1', constantFrom('waiting', 'failed', 'pending', '*')),
  asking('reason', starred(['boot attempts failed', '100 % of_it'])),
  asking('reason.r-2', starred(['boot attempts failed', '100 % of_it'])),
);
const { asked: anything } = letrec<{ asked: Asked }>((tie) => ({
  asked: oneof(
    { maxDepth: 3 },
    comparison,
    record({
      join: constantFrom('and' as const, 'or' as const),
      left: tie('asked'),
      right: tie('asked'),
    }),
  ),
}));

const quote = (value: string) => `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
const isList = (operator: string) => operator === '=in=' || operator === '=out=';
function write(asked: Asked): string {
  if ('join' in asked)
    return `(${write(asked.left)}${asked.join === 'and' ? ';' : ' or '}${write(asked.right)})`;
  const values = asked.values.map(quote);
  return `${asked.field}${asked.operator}${isList(asked.operator) ? `(${values.join(',')})` : values[0]}`;
}

function evaluate(asked: Asked, device: Device): boolean {
  if ('join' in asked) {
    const [left, right] = [evaluate(asked.left, device), evaluate(asked.right, device)];
    return asked.join === 'and' ? left && right : left || right;
  }
  const values = isList(asked.operator) ? asked.values : asked.values.slice(0, 1);
  const facts = factsOf(device, asked.field);
  if (MATCH.includes(asked.operator)) {
    const fits = facts.some((fact) => values.some((value) => star(asked.field, value).test(fact)));
    return asked.operator === '==' || asked.operator === '=in=' ? fits : !fits;
  }
  const [fact] = facts;
  if (fact === undefined) return false;
  const difference =
    asked.field === 'version'
      ? compareVersions(fact, values[0] ?? '')
      : Number(fact) - moment(values[0] ?? '');
  const wants = asked.operator.replaceAll('=', '');
  if (wants === 'lt' || asked.operator === '<') return difference < 0;
  if (wants === 'le') return difference <= 0;
  return wants === 'gt' ? difference > 0 : difference >= 0;
}

function star(field: string, value: string): RegExp {
  const text = field === 'error' && /^0x0*[0-9A-F]+$/.test(value) ? value.replace(/^0x0+(?=.)/, '0x') : value;
  const parts = text.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function moment(value: string): number {
  const [, count, unit] = /^-(\d+)(h|d|w)$/.exec(value) ?? [];
  if (count === undefined) return Date.parse(value);
  return NOW - Number(count) * { h: DAY / 24, d: DAY, w: 7 * DAY }[unit as 'h' | 'd' | 'w'];
}

function factsOf(
  { device, hardware, held, enrolledAt, lastSeen, report, members }: Device,
  field: string,
): string[] {
  const slot = report?.slots[report.active];
  const running = slot && ['trying', 'confirmed'].includes(slot.state) ? [slot.version as string] : [];
  const [name = '', rollout] = field.split('.');
  const newest = members.toSorted((a, b) => (a.rollout < b.rollout ? 1 : -1)).slice(0, 1);
  const meant = rollout === undefined ? newest : members.filter((one) => one.rollout === rollout);
  switch (name) {
    case 'id':
      return [device];
    case 'hardware':
      return [hardware];
    case 'version':
      return running;
    case 'environment': {
      if (rollout === 'hardware') return report ? [hardware] : [];
      const value = report?.environment[rollout ?? ''];
      if (value === undefined) return [];
      return rollout === 'broker' ? [value, value.replace(/(?<=\d)-.*/, '')] : [value];
    }
    case 'lastSeen':
      return lastSeen === null ? [] : [String(lastSeen)];
    case 'enrolled':
      return [String(enrolledAt)];
    case 'healthy':
      return [report === null ? 'unknown' : String(report.health.ok)];
    case 'held':
      return [String(held !== null)];
    case 'error':
      return (report?.errors ?? []).map((code) => code.replace(/^0x0+(?=.)/, '0x'));
    case 'wentBackFrom':
      return report?.rolledBackFrom ?? [];
    case 'rollout':
      return members.map((one) => one.rollout);
    case 'release':
      return members.map((one) => ROLLOUTS.find((of) => of.rollout === one.rollout)?.release ?? '');
    case 'state':
      return meant.map((one) => {
        const isOpen = one.rollout === 'r-2' && one.stage === 0;
        if (isOpen && one.state === 'waiting') return 'pending';
        return isOpen && one.state === 'waiting-silent' ? 'silent' : one.state;
      });
    case 'reason':
      return meant.map((one) => one.because);
    default:
      throw new Error(`no field ${name}`);
  }
}

const context = () => ({ db: database.db, clock });

async function pages(filter: string): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await listDevices(context(), {
      filter,
      limit: 37,
      ...(after === undefined ? {} : { after }),
    });
    if ('refused' in page) throw new Error(`${filter}: ${page.refused.because}`);
    found.push(...page.devices.map(({ device }) => device));
    if (page.next === null) return found;
    after = page.next;
  }
}

describe('the database', () => {
  test('finds exactly the devices that fit, page by page, and counts them', async () => {
    const reached = new Map<string, number>();
    const reach = (what: string) => void reached.set(what, (reached.get(what) ?? 0) + 1);
    const visit = (asked: Asked): void => {
      if (!('join' in asked)) return reach(`${asked.field} ${asked.operator}`);
      reach(asked.join);
      visit(asked.left);
      visit(asked.right);
    };
    await assert(
      asyncProperty(anything, async (asked) => {
        visit(asked);
        const filter = write(asked);
        const fits = devices.filter((device) => evaluate(asked, device)).map(({ device }) => device);
        reach(fits.length === 0 ? 'nobody' : fits.length === devices.length ? 'everybody' : 'some');
        expect(await pages(filter), filter).toEqual(fits.sort());
        expect(await countDevices(context(), filter), filter).toEqual({ devices: fits.length, more: false });
      }),
      { numRuns: 450, seed: 5 },
    );
    const fields = new Set([...reached.keys()].map((key) => key.split(' ')[0]));
    for (const { field } of [
      { field: 'state.r-1' },
      { field: 'reason.r-2' },
      { field: 'environment.broker' },
    ])
      expect(fields).toContain(field);
    // Every field by every operator that it has, each several times, and all three kinds of answer.
    expect([...reached.keys()].filter((key) => key.includes(' ')).length).toBeGreaterThanOrEqual(80);
    for (const what of ['and', 'or', 'nobody', 'everybody', 'some'])
      expect(reached.get(what) ?? 0).toBeGreaterThan(20);
  }, 120_000);

  test('takes a single word for a part of an id, and nothing for everybody', async () => {
    expect((await pages('x_y')).length).toBe(devices.filter(({ device }) => device.includes('x_y')).length);
    expect((await pages('th-0*')).every((device) => device.startsWith('th-0'))).toBe(true);
    expect(await pages('  ')).toHaveLength(devices.length);
    expect(await countDevices(context(), undefined)).toEqual({ devices: devices.length, more: false });
  });

  test('does not take what somebody wrote for its own language', async () => {
    for (const value of [`'; DROP TABLE devices; --`, '$1', String.raw`\'`, '%', '_'])
      expect(await pages(`id==${quote(value)} or environment.region==${quote(value)}`)).toEqual([]);
    expect(await pages('')).toHaveLength(devices.length);
  });
});
