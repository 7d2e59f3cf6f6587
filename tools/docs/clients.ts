/** The generated parts of `docs/clients.md`. */
import { agentConfig, type BackOff } from '@tuesday/agent';
import { REFUSALS } from '@tuesday/protocol';
import { CASES } from '../../packages/cli/src/conformance/cases/index.ts';
import { Repository } from '../../packages/cli/src/conformance/repository.ts';
import { statesMermaid } from './client-states.ts';
import { httpMarkdown, mqttMarkdown } from './wire-bytes.ts';

/** Marker in the document → what stands there. */
export function clientParts(): ReadonlyMap<string, string> {
  return new Map([
    ['states', statesMermaid()],
    ['http', httpMarkdown()],
    ['mqtt', mqttMarkdown()],
    ['timing', timingTable()],
    ['sizes', sizesTable()],
    ['refusals', refusalsTable()],
    ['cases', casesTable()],
  ]);
}

const seconds = (millis: number) => `${millis / 1_000} s`;

function timingTable(): string {
  const config = agentConfig({ device: 'device-1', hardware: 'th-2' });
  const { checkInBackOff, stepBackOff, breakerAfter, pollSpread } = config;
  const wait = ({ baseMillis, capMillis }: BackOff) =>
    `random × min(${seconds(capMillis)}, ${seconds(baseMillis)} × 2ⁿ)`;
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['next check-in after an answer', `pollAfterSeconds × (1 ± ${pollSpread} × random)`],
    ['first check-in after a boot', `random × ${seconds(config.firstCheckInWithinMillis)}`],
    ['check-in after n failures in a row', wait(checkInBackOff)],
    [
      `check-in after ${breakerAfter} failures and more`,
      `${seconds(checkInBackOff.capMillis)} × (0.5 + random): the breaker is open`,
    ],
    ['outcome or step after n failures in a row', wait(stepBackOff)],
    ['answer with Retry-After', 'Retry-After + the wait of the failure, at most a day'],
    ['check-in after an announcement', 'random × checkInWithinSeconds'],
    ['boot attempts of one version', String(config.bootAttempts)],
    ['steps of one update, repetitions included', String(config.stepLimit)],
    ['a refused offer is judged again after', seconds(config.judgeAgainAfterMillis)],
  ];
  return ['| what | our agent |', '|---|---|', ...rows.map(([what, how]) => `| ${what} | ${how} |`)].join(
    '\n',
  );
}

/** Of a repository with one release for one hardware, signed by two people. */
function sizesTable(): string {
  const repository = new Repository();
  const now = Date.UTC(2026, 10, 24, 9);
  const custom = {
    tuesday: 1,
    version: '3.2.5',
    hardware: 'th-2',
    securityVersion: 0,
    wayBack: { version: '3.2.4', target: '3.2.4/th-2.bundle' },
  } as const;
  const listed = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      target: `3.2.${at}/th-2.bundle`,
      bytes: Buffer.from('firmware'),
      custom,
    }));
  const size = (text: string | undefined) => Buffer.byteLength(text ?? '');
  const one = repository.metadata(listed(1), { version: 1, now });
  const more = repository.metadata(listed(9), { version: 1, now });
  const [few, many] = [size(one.get('2.targets.json')), size(more.get('2.targets.json'))];
  const rows = [
    ['root', size(repository.root(now)), '65,536'],
    ['timestamp', size(one.get('timestamp.json')), '16,384'],
    ['snapshot', size(one.get('1.snapshot.json')), '65,536'],
    ['targets, one target', few, '16,777,216'],
    ['each further target, about', Math.round((many - few) / 8 / 10) * 10, ''],
  ];
  const lines = rows.map(([what, bytes, most]) => `| ${what} | ${bytes} | ${most} |`);
  return ['| file | bytes | read no more than |', '|---|---|---|', ...lines].join('\n');
}

/** What stands under "device" in the list of all, and the one that both sides may say. */
function refusalsTable(): string {
  const all = Object.entries(REFUSALS);
  const first = all.findIndex(([code]) => code === 'unsigned');
  const codes = [...all.filter(([code]) => code === 'below-security-version'), ...all.slice(first)];
  return [
    '| code | means |',
    '|---|---|',
    ...codes.map(([code, { means }]) => `| \`${code}\` | ${means} |`),
  ].join('\n');
}

function casesTable(): string {
  const rows = CASES.map(({ name, sentence, read }) => `| \`${name}\` | ${sentence} | ${read} |`);
  return ['| case | what a client does | read |', '|---|---|---|', ...rows].join('\n');
}
