/** The leap, the boot attempts, the way back. */
import { type Outcome, targetPath } from '@tuesday/protocol';
import { type Bench, HARDWARE } from '../bench.ts';
import { type Case, Fails } from '../case.ts';
import { neverRuns } from './expect.ts';

const trying = (bench: Bench) =>
  bench.checkIns.find(({ body }) => body.slots[body.active].state === 'trying');

function checkRolledBack(bench: Bench, outcome: Outcome): string {
  const { bootAttempts, running, because, offer } = outcome;
  if (bench.outcome(offer, 'confirmed')) throw new Fails('it confirmed what failed.');
  if (running !== '3.2.4') throw new Fails(`it rolled back and runs ${running}.`);
  if (bootAttempts !== 3) throw new Fails(`it rolled back after ${bootAttempts} boot attempts instead of 3.`);
  return `rolled back to ${running} after ${bootAttempts} boot attempts: ${because}`;
}

/** A release that fails, up to the device being back. */
async function rollBack(bench: Bench): Promise<{ offer: string; said: string }> {
  bench.publish([bench.release('3.2.5', 'fails')]);
  const offer = bench.offer('3.2.5');
  bench.client.start();
  const said = checkRolledBack(bench, await rolledBack(bench, offer));
  return { offer, said };
}

function rolledBack(bench: Bench, offer: string): Promise<Outcome> {
  return bench.until('rolled-back', () => {
    if (bench.outcome(offer, 'confirmed')) throw new Fails('it confirmed what failed.');
    return bench.outcome(offer, 'rolled-back');
  });
}

async function confirmed(bench: Bench, version: string, offer: string): Promise<Outcome> {
  const outcome = await bench.until(`${version} confirmed`, () => {
    const no = bench.outcomes(offer).find(({ kind }) => kind !== 'installed' && kind !== 'confirmed');
    if (no) throw new Fails(`it reported ${no.kind} (${no.code}): ${no.because}`);
    return bench.outcome(offer, 'confirmed');
  });
  if (outcome.running !== version) throw new Fails(`it confirmed ${version} and runs ${outcome.running}.`);
  return outcome;
}

export const trialCases: readonly Case[] = [
  {
    name: 'confirms-after-probation',
    sentence: 'It reports installed after the boot, and confirms only after the probation.',
    read: 'Trial',
    async run(bench) {
      bench.publish([bench.release('3.2.5')]);
      const probationSeconds = bench.pollSeconds(3);
      const offer = bench.offer('3.2.5', { probationSeconds });
      bench.client.start();
      const last = await confirmed(bench, '3.2.5', offer);
      const first = bench.outcome(offer, 'installed');
      if (first === undefined) throw new Fails('it never reported installed.');
      // Both by its own clock: what the network did to the reports does not count.
      const after = last.at - first.at;
      if (after < probationSeconds * 950) {
        throw new Fails(`it confirmed ${after} ms after installed, and was told ${probationSeconds} s.`);
      }
      if (!trying(bench)) throw new Fails('no check-in showed the slot as tried during the probation.');
      const { body } = await bench.nextCheckIn();
      const { state, version } = body.slots[body.active];
      if (state !== 'confirmed' || version !== '3.2.5') throw new Fails(`it reports ${version} as ${state}.`);
      return `confirmed ${(after / 1_000).toFixed(1)} s after installed, told ${probationSeconds} s.`;
    },
  },
  {
    name: 'asks-before-the-leap',
    sentence: 'It asks once more before the leap, and stays when the offer is gone.',
    read: 'Leap',
    async run(bench) {
      bench.publish([bench.release('3.2.5')]);
      const offer = bench.offer('3.2.5');
      let sent = 0;
      bench.plane.onArtifactSent = () => {
        if (sent > 0) return;
        sent = bench.clock.now();
        bench.withdraw();
      };
      bench.client.start();
      await bench.until('the artifact', () => sent > 0);
      await neverRuns(bench, offer, bench.polls(5), sent);
      const again = bench.offer('3.2.5', { offer: 'r1.again' });
      await bench.until('the update that is offered again', () => bench.outcome(again, 'installed'));
      return 'it stayed while nothing was offered, and leapt when it was offered again.';
    },
  },
  {
    name: 'three-attempts',
    sentence: 'A version that fails its checks is booted three times, and then never again.',
    read: 'Trial',
    async run(bench) {
      const { said } = await rollBack(bench);
      const { body } = await bench.until('a check-in that says so', () =>
        bench.checkIns.find(({ body }) => body.rolledBackFrom.includes('3.2.5')),
      );
      const { version, state } = body.slots[body.active];
      if (version !== '3.2.4' || state !== 'confirmed') throw new Fails(`it reports ${version} as ${state}.`);
      return said;
    },
  },
  {
    name: 'remembers-what-failed',
    sentence:
      'A version that it rolled back from is refused when it is offered again, also after a power cut.',
    read: 'Trial',
    async run(bench) {
      await rollBack(bench);
      await bench.client.powerCut();
      const from = bench.clock.now();
      const offer = bench.offer('3.2.5', { offer: 'r2.again', rollout: 'r2' });
      const outcome = await bench.until('an outcome', () => bench.outcomes(offer)[0]);
      if (outcome.kind !== 'refused' || outcome.code !== 'tried-before') {
        throw new Fails(`it reported ${outcome.kind} (${outcome.code}) instead of refused (tried-before).`);
      }
      await neverRuns(bench, offer, bench.polls(2), from);
      return outcome.because;
    },
  },
  {
    name: 'fails-within-the-probation',
    sentence: 'A check that fails later, within the probation, still takes it back.',
    read: 'Trial',
    async run(bench) {
      bench.publish([bench.release('3.2.5', bench.pollSeconds(4))]);
      const offer = bench.offer('3.2.5', { probationSeconds: bench.pollSeconds(30) });
      bench.client.start();
      return checkRolledBack(bench, await rolledBack(bench, offer));
    },
  },
  {
    name: 'counts-power-cuts',
    sentence: 'A boot that a power cut ended is a boot attempt: after three of them it is back.',
    read: 'Trial',
    async run(bench) {
      bench.publish([bench.release('3.2.5')]);
      const offer = bench.offer('3.2.5', { probationSeconds: bench.pollSeconds(1_000) });
      bench.client.start();
      for (let attempt = 1; attempt <= 3; attempt++) {
        const seen = bench.checkIns.length;
        const { body } = await bench.until(`a check-in of boot attempt ${attempt}`, () =>
          bench.checkIns
            .slice(seen)
            .find(({ body, start }) => start >= attempt && body.slots[body.active].state === 'trying'),
        );
        if (body.bootAttempts !== attempt) {
          throw new Fails(`in boot attempt ${attempt} it reports bootAttempts ${body.bootAttempts}.`);
        }
        await bench.client.powerCut();
      }
      return checkRolledBack(bench, await rolledBack(bench, offer));
    },
  },
  {
    name: 'goes-back-when-recalled',
    sentence: 'A recall along the signed way back is taken like an update.',
    read: 'Recall',
    async run(bench) {
      bench.publish([bench.release('3.2.5'), bench.release('3.2.4')]);
      await takeFirst(bench, '3.2.5');
      const recall = bench.offer('3.2.4', { kind: 'recall', offer: 'r1.recall' });
      const { because } = await confirmed(bench, '3.2.4', recall);
      return because;
    },
  },
  {
    name: 'recalled-while-trying',
    sentence: 'A recall that comes during the probation takes it back at once.',
    read: 'Recall',
    async run(bench) {
      bench.publish([bench.release('3.2.5'), bench.release('3.2.4')]);
      const offer = bench.offer('3.2.5', { probationSeconds: bench.pollSeconds(1_000) });
      bench.client.start();
      await bench.until('installed', () => bench.outcome(offer, 'installed'));
      const target = targetPath('3.2.4', HARDWARE);
      bench.offer('3.2.4', { kind: 'recall', offer: 'r1.recall', target });
      const { running } = await rolledBack(bench, offer);
      if (running !== '3.2.4') throw new Fails(`it went back and runs ${running}.`);
      return `it is back on ${running}.`;
    },
  },
];

async function takeFirst(bench: Bench, version: string): Promise<void> {
  const offer = bench.offer(version);
  bench.client.start();
  await confirmed(bench, version, offer);
}
