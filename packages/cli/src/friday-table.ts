/** The Friday report as one table, a scenario a column. */
import { table } from './output.ts';

export interface FridayScenario {
  name: string;
  exposed: number;
  harmed: number;
  bricked: number;
  haltedAfterHours: number | null;
  selfHealedWithin10MinShare: number | null;
  recoveredWithin4hShare: number | null;
  technicianVisits: number;
  costUsd: { total: number; [part: string]: number };
  reading: string;
  recovery?: FridayRecovery;
  /** What the reading means. */
  note?: string;
}
/** How dead devices came back without anybody driving to them. */
export interface FridayRecovery extends FridayBack {
  affected: number;
  withoutUplink: number;
  left: { alone: number; island: number; late: number };
  peers: readonly (FridayBack & { name: string })[];
}
interface FridayBack {
  recoveredShare: number;
  /** From the publication of the recovery release; last: of those that came back. */
  hoursUntilHalf: number | null;
  hoursUntil90: number | null;
  hoursUntilLast: number | null;
}
export interface FridayReport {
  scenarios: FridayScenario[];
}
interface Simulator {
  simulateFriday: (options?: { seed?: number; devices?: number }) => Promise<FridayReport>;
}

/** Loaded when it is needed: it brings whole agents along. */
export async function loadSimulator(): Promise<Simulator> {
  const simulator = (await import('@tuesday/simulator')) as unknown as Partial<Simulator>;
  if (simulator.simulateFriday === undefined) throw new Error('this build has no simulator');
  return { simulateFriday: simulator.simulateFriday };
}

const count = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1 });
const share = (value: number | null) => (value === null ? '–' : `${count(value * 100)} %`);

export function fridayTable({ scenarios }: FridayReport): string {
  const row = (title: string, cell: (scenario: FridayScenario) => string) => [title, ...scenarios.map(cell)];
  const costs = [...new Set(scenarios.flatMap((scenario) => Object.keys(scenario.costUsd)))];
  const parts = costs.filter((part) => part !== 'total');
  const body = table([
    row('', ({ name }) => name),
    row('figures read', ({ reading }) => reading.replaceAll('-', ' ')),
    row('devices exposed', ({ exposed }) => count(exposed)),
    row('devices harmed', ({ harmed }) => count(harmed)),
    row('devices bricked', ({ bricked }) => count(bricked)),
    row('halted after', ({ haltedAfterHours: hours }) => (hours === null ? 'never' : `${count(hours)} h`)),
    row('healed themselves within 10 min', (scenario) => share(scenario.selfHealedWithin10MinShare)),
    row('recovered within 4 h', (scenario) => share(scenario.recoveredWithin4hShare)),
    row('technician visits', ({ technicianVisits }) => count(technicianVisits)),
    ...parts.map((part) => row(`  ${words(part)}`, ({ costUsd }) => `$${count(costUsd[part] ?? 0)}`)),
    row('cost', ({ costUsd }) => `$${count(costUsd.total)}`),
  ]);
  const recovery = scenarios.find((scenario) => scenario.recovery !== undefined)?.recovery;
  const back = recovery === undefined ? '' : `\n\n${backTable(recovery)}`;
  const notes = new Set(scenarios.map(({ reading, note }) => note ?? reading));
  return `${body}${back}\n\nThe incident's printed figures do not agree with each other, so both readings are priced:\n${[...notes].map((note) => `- ${note}`).join('\n')}`;
}

/** The relay beside its peers, and who waits for a technician. */
function backTable({ affected, withoutUplink, left, peers, ...ours }: FridayRecovery): string {
  const columns = [{ name: 'rescue and relay', ...ours }, ...peers];
  const hours = (value: number | null) => (value === null ? 'never' : `${count(value)} h`);
  const row = (title: string, cell: (one: FridayBack) => string) => [title, ...columns.map(cell)];
  const body = table([
    ['back without a technician', ...columns.map(({ name }) => name)],
    row('by Sunday night', (one) => share(one.recoveredShare)),
    row('half after', (one) => hours(one.hoursUntilHalf)),
    row('90 % after', (one) => hours(one.hoursUntil90)),
    row('the last after', (one) => hours(one.hoursUntilLast)),
  ]);
  return `${count(affected)} dead devices, ${count(withoutUplink)} of them without a route to the server; hours from the publication of the recovery release.
${body}
A technician goes to ${count(left.alone + left.island + left.late)}: ${count(left.alone)} with nobody in reach, ${count(left.island)} whose neighbours have no uplink either, ${count(left.late)} not in time.`;
}

/** `fieldVisits` → `field visits`. */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
