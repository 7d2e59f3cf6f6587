/** What people hear of codes that no release documents. */
import type { Instant } from '@tuesday/protocol';
import { presentIn, shiftsOf } from '@tuesday/rollout';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { CodeStubsTable } from '../db/schema-codes.ts';
import type { Notice } from '../notices/put.ts';
import { readPolicy } from '../policy/policy.ts';
import { readRoster } from '../watch/roster.ts';
import { awayIn } from '../watch/situation.ts';

export type ToldStub = Pick<
  Selectable<CodeStubsTable>,
  'code' | 'devices' | 'first_device' | 'first_release' | 'first_environment'
>;

/** More at once are told of together. */
const EACH = 3;
const NAMED = 20;

/** @param db the transaction */
export async function openedNotices(
  db: Kysely<Database>,
  stubs: readonly ToldStub[],
  at: Instant,
): Promise<Notice[]> {
  if (stubs.length === 0) return [];
  const people = await peopleLine(db, at);
  if (stubs.length <= EACH)
    return stubs.map((stub) => ({
      ...about(stub),
      kind: 'unknown-code',
      title: `${stub.code} was seen, and no release documents it`,
      lines: [firstSeen(stub), people],
    }));
  const named = stubs.slice(0, NAMED).map(({ code }) => code);
  const rest = stubs.length > NAMED ? `, and ${stubs.length - NAMED} more` : '';
  return [
    {
      kind: 'unknown-code',
      title: `${stubs.length} codes were seen that no release documents`,
      lines: [`${named.join(', ')}${rest}.`, people],
      path: '/codes',
      about: `code ${stubs[0]?.code ?? ''}`,
    },
  ];
}

/** @param db the transaction */
export async function spreadNotice(db: Kysely<Database>, stub: ToldStub, at: Instant): Promise<Notice> {
  return {
    ...about(stub),
    kind: 'unknown-code-spreads',
    title: `${stub.code} is on ${stub.devices} devices, and nobody has said what it means`,
    lines: [firstSeen(stub), await peopleLine(db, at)],
  };
}

function about({ code }: ToldStub): Pick<Notice, 'path' | 'about'> {
  return { path: `/codes/${code}`, about: `code ${code}` };
}

function firstSeen({ first_device, first_release, first_environment }: ToldStub): string {
  if (first_device === null) return 'A ticket names it; no device has reported it.';
  const facts = Object.entries(first_environment ?? {}).map(([name, value]) => `${name} ${value}`);
  const where = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `First on ${first_device}, which runs ${first_release || 'an unknown version'}${where}.`;
}

/** Who looks after such codes, and who is on watch: a notice that is for everybody is for nobody. */
async function peopleLine(db: Kysely<Database>, at: Instant): Promise<string> {
  const { owner } = (await readPolicy(db)).codes;
  const roster = await readRoster(db);
  const heard = { acknowledged: [], standIns: [], away: await awayIn(db, roster) };
  const [now] = presentIn(shiftsOf(roster, at, at + 1), heard);
  const watch = now && now.people.length > 0 ? `on watch: ${now.people.join(', ')}` : 'nobody is on watch';
  return `${owner === null ? 'Nobody in particular looks after it' : `Owner: ${owner}`}; ${watch}.`;
}
