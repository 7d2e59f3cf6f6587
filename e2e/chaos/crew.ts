/**
 * Many real agents in one process: `node e2e/chaos/crew.ts orders.json`. Each has a folder, a token, an MQTT
 * session and a clock of its own. Pretended is the firmware: the bundle is verified, staged and booted, but no
 * child process runs it, because a thousand of them do not fit; a look at it says that it runs.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeBundle, provision, runAgent, type RunningAgent } from '@tuesday/agent';
import { isRefused, parseClock, wallClock } from '@tuesday/protocol';
import { JumpingClock } from './jumping-clock.ts';
import { Ledgers } from './ledger.ts';
import type { DeviceRecord, Look, Orders, Word } from './orders.ts';

const orders = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Orders;
const ledgers = new Ledgers();
ledgers.watch();
const calm = new AbortController();
const over = new AbortController();
const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** The clock runs fast and the network does not, so waits that are meant for bad networks are capped lower. */
const SETTINGS = {
  firstCheckInWithinMillis: 60_000,
  judgeAgainAfterMillis: 600_000,
  checkInBackOff: { baseMillis: 10_000, capMillis: 300_000 },
  stepBackOff: { baseMillis: 10_000, capMillis: 300_000 },
};

interface Manned {
  readonly device: string;
  readonly folder: string;
  readonly clock: JumpingClock;
  readonly faults: string[];
  agent?: RunningAgent;
}

/** Enrols until it works: the server may be away just then. */
async function man(one: Manned): Promise<void> {
  const { device, folder, clock, faults } = one;
  const { server, hardware, fleetKey, rootJson, version } = orders;
  const facts = { tuesday: 1, version, hardware, securityVersion: 0 } as const;
  await provision(folder, facts, makeBundle({ version, hardware }, '// the firmware of the factory'));
  const start = () =>
    runAgent({
      folder,
      server,
      device,
      hardware,
      fleetKey,
      rootJson,
      environment: {},
      clock,
      random: Math.random,
      application: { kind: 'external', pollMillis: 3_600_000 },
      settings: SETTINGS,
      log(event, { because }: { because?: string }) {
        if (process.env['TUESDAY_SHOW_AGENTS']) process.stderr.write(`${device} ${event} ${because}\n`);
        if (event === 'fault') faults.push(String(because));
      },
    });
  while (one.agent === undefined && !over.signal.aborted) {
    try {
      const started = await start();
      if (isRefused(started)) throw new Error(started.refused.because);
      one.agent = started;
    } catch (error) {
      faults.push(`enrolment: ${(error as Error).message}`);
      await wallClock().sleep(500 + Math.random() * 2_000);
    }
  }
  await clock.jump(orders.jumps, Math.random, calm.signal);
}

const crew: Manned[] = orders.devices.map((device) => ({
  device,
  folder: join(orders.folder, device),
  clock: new JumpingClock(parseClock(process.env['TUESDAY_CLOCK'])),
  faults: [],
}));
mkdirSync(orders.folder, { recursive: true });

function standing({ agent }: Manned): { running: string; state: string; waiting: number } {
  const { journal, booted } = agent?.state ?? {};
  const slot = journal?.slots[booted ?? 'a'];
  const running = (slot !== undefined && 'version' in slot ? slot.version : undefined) ?? 'none';
  return { running, state: slot?.state ?? 'off', waiting: journal?.outbox.length ?? 0 };
}

function look(): Look {
  const versions: Record<string, number> = {};
  let waiting = 0;
  for (const one of crew) {
    const stands = standing(one);
    const key = `${stands.running} ${stands.state}`;
    versions[key] = (versions[key] ?? 0) + 1;
    waiting += stands.waiting;
  }
  return { look: true, running: crew.filter(({ agent }) => agent !== undefined).length, versions, waiting };
}

async function stop(): Promise<void> {
  const records = crew.map((one): DeviceRecord => ({
    device: one.device,
    ...standing(one),
    ...ledgers.of(one.folder),
    jumps: one.clock.jumps,
    faults: one.faults,
  }));
  over.abort();
  calm.abort();
  await Promise.all(crew.map(async ({ agent }) => agent?.stop()));
  say({ records });
}

const input = createInterface({ input: process.stdin });
input.on('line', (word) => {
  switch (word as Word) {
    case 'look':
      return say(look());
    case 'calm':
      return calm.abort();
    case 'stop':
      void stop().then(() => input.close());
  }
});
// The test is gone, or has what it wanted.
input.once('close', () => process.exit(0));
await Promise.all(crew.map(man));
