/** The attacks of The Update Framework that a client can be shown, and offers that were never for it. */
import { type RefusalCode, type TargetCustom, targetPath } from '@tuesday/protocol';
import { type Bench, HARDWARE } from '../bench.ts';
import { type Case, Fails } from '../case.ts';
import { Repository } from '../repository.ts';
import { expectRefusal, neverRuns, runs } from './expect.ts';

interface Attack {
  readonly name: string;
  readonly sentence: string;
  readonly codes: readonly RefusalCode[];
  readonly arrange: (bench: Bench) => void;
  /** Of the offer. */
  readonly offered?: { readonly version?: string; readonly kind?: 'recall' };
}

const DAY = 86_400_000;

/** A release whose signed facts are not for this device now. */
function facts(
  name: string,
  sentence: string,
  codes: readonly RefusalCode[],
  more: Partial<TargetCustom>,
  offered: Attack['offered'] = {},
): Attack {
  const version = offered.version ?? '3.2.5';
  const arrange = (bench: Bench) => bench.publish([bench.release(version, 'ok', more)]);
  return { name, sentence, codes, arrange, offered };
}

const attacks: readonly Attack[] = [
  {
    name: 'refuses-unsigned',
    sentence: 'Targets without a signature are refused.',
    codes: ['unsigned', 'threshold-not-met'],
    arrange: (bench) => bench.publish([bench.release('3.2.5')], { signers: [] }),
  },
  {
    name: 'refuses-a-stranger',
    sentence: 'Targets that only strangers signed are refused.',
    codes: ['unsigned', 'threshold-not-met'],
    arrange: (bench) => bench.publish([bench.release('3.2.5')], { signers: new Repository().people }),
  },
  {
    name: 'refuses-below-threshold',
    sentence: 'Targets that one of two people signed are refused.',
    codes: ['threshold-not-met'],
    arrange: (bench) =>
      bench.publish([bench.release('3.2.5')], { signers: bench.repository.people.slice(0, 1) }),
  },
  {
    name: 'counts-a-key-once',
    sentence: 'One signature twice is one signature.',
    codes: ['threshold-not-met', 'metadata-invalid'],
    arrange(bench) {
      const release = bench.release('3.2.5');
      bench.serve([release]);
      const terms = { version: 1, now: bench.clock.now() };
      bench.plane.metadata = bench.repository.signedTwice([release], terms);
    },
  },
  {
    name: 'refuses-expired',
    sentence: 'An expired timestamp is refused: a server that withholds news is found out.',
    codes: ['metadata-expired'],
    arrange: (bench) => bench.publish([bench.release('3.2.5')], { timestampLifetime: -DAY }),
  },
  {
    name: 'refuses-mix-and-match',
    sentence: 'Signed files that do not belong together are refused.',
    codes: ['metadata-invalid', 'metadata-replayed', 'wrong-digest'],
    arrange(bench) {
      const terms = { version: 1, now: bench.clock.now() };
      const release = bench.release('3.2.5');
      const honest = bench.repository.metadata([bench.release('3.2.6')], terms);
      bench.serve([release]);
      const other = bench.repository.metadata([release], terms);
      bench.plane.metadata = bench.repository.mixed(honest, other, 1);
    },
  },
  {
    name: 'refuses-a-forged-root',
    sentence: 'A new root that the old one did not sign is refused, with everything under it.',
    codes: ['unsigned', 'threshold-not-met', 'metadata-invalid'],
    arrange(bench) {
      const thief = new Repository();
      bench.publish([bench.release('3.2.5')], {}, thief);
      bench.plane.metadata.set('2.root.json', thief.root(bench.clock.now(), 2));
    },
  },
  {
    name: 'refuses-endless-metadata',
    sentence: 'Metadata that never ends is cut off by the client.',
    codes: ['oversize', 'metadata-invalid'],
    arrange(bench) {
      bench.plane.script = ({ path }) => (path === 'timestamp.json' ? 'endless' : undefined);
    },
  },
  {
    name: 'refuses-an-unknown-target',
    sentence: 'A target that the signed metadata does not list is refused.',
    codes: ['unknown-target'],
    arrange: (bench) => bench.publish([bench.release('3.2.6')]),
  },
  facts('refuses-wrong-hardware', 'An artifact for another hardware is refused.', ['wrong-hardware'], {
    hardware: 'th-9',
  }),
  facts(
    'refuses-below-security-version',
    'A release below the security version is refused, however new it is.',
    ['below-security-version'],
    { securityVersion: 1 },
  ),
  facts('refuses-below-floor', 'A release whose floor is above what runs is refused.', ['below-floor'], {
    floor: '3.2.9',
  }),
  facts(
    'refuses-another-version',
    'A target that is signed as another version than the offered one is refused.',
    ['offer-invalid'],
    { version: '3.2.7' },
  ),
  facts(
    'refuses-what-is-not-the-way-back',
    'A lower version is refused unless it is the signed way back.',
    ['not-a-way-back'],
    { wayBack: { version: '3.2.1', target: targetPath('3.2.1', HARDWARE) } },
    { kind: 'recall', version: '3.2.2' },
  ),
];

/** A timestamp file in ways that a client must not trip over. */
function malformed(honest: string): string[] {
  const { signed, signatures } = JSON.parse(honest) as {
    signed: object;
    signatures: Array<{ keyid: string }>;
  };
  const withSignatures = (list: unknown) => JSON.stringify({ signatures: list, signed });
  return [
    '<html>captive portal</html>',
    '{"signed":7,"signatures":7}',
    withSignatures([7]),
    withSignatures([{ keyid: 7, sig: null }]),
    withSignatures([{ keyid: signatures[0]?.keyid, sig: 'not hex' }]),
    JSON.stringify({ signatures, signed: { _type: 'timestamp' } }),
    '['.repeat(8_000),
  ];
}

export const trustCases: readonly Case[] = [
  ...attacks.map(({ name, sentence, codes, arrange, offered }): Case => ({
    name,
    sentence,
    read: 'Trust',
    async run(bench) {
      arrange(bench);
      const offer = bench.offer(offered?.version ?? '3.2.5', offered);
      bench.client.start();
      return expectRefusal(bench, offer, codes);
    },
  })),
  {
    name: 'refuses-an-offer-for-another',
    sentence: 'An offer that names another device is left alone.',
    read: 'Offers',
    async run(bench) {
      bench.publish([bench.release('3.2.5')]);
      const offer = bench.offer('3.2.5', { device: 'device-2' });
      bench.client.start();
      await bench.nextCheckIn();
      await neverRuns(bench, offer, bench.polls(5));
      const [said] = bench.outcomes(offer);
      return said === undefined ? 'nothing was done.' : `${said.kind} with ${said.code}: ${said.because}`;
    },
  },
  {
    name: 'refuses-an-offer-that-does-not-parse',
    sentence: 'An offer that does not parse is refused by name, and the next one is heard.',
    read: 'Offers',
    async run(bench) {
      bench.publish([bench.release('3.2.5')]);
      const broken = bench.offer('3.2.5', { offer: 'r1.broken', target: 7, version: 'newest' });
      bench.client.start();
      await expectRefusal(bench, broken, ['offer-invalid']);
      const endless = bench.offer('3.2.5', { offer: 'r1.endless', probationSeconds: 'soon' });
      const said = await expectRefusal(bench, endless, ['offer-invalid']);
      const offer = bench.offer('3.2.5');
      await bench.until('the outcome of the offer after it', () => bench.outcome(offer, 'installed'));
      return said;
    },
  },
  {
    name: 'refuses-rolled-back-metadata',
    sentence: 'Metadata that is older than what it has seen is refused, also after a power cut.',
    read: 'Trust',
    async run(bench) {
      bench.publish([bench.release('3.2.6')], { version: 5 });
      const first = bench.offer('3.2.5');
      bench.client.start();
      await bench.until('an outcome', () => bench.outcomes(first)[0]);
      await bench.client.powerCut();
      bench.publish([bench.release('3.2.7')], { version: 4 });
      return expectRefusal(bench, bench.offer('3.2.7'), ['metadata-replayed']);
    },
  },
  {
    name: 'survives-malformed-metadata',
    sentence: 'No metadata, however broken, ends it: it refuses by name and goes on.',
    read: 'Trust',
    async run(bench) {
      bench.publish([bench.release('3.2.5')]);
      const broken = malformed(bench.plane.metadata.get('timestamp.json') ?? '');
      let body = '';
      bench.plane.script = ({ path }) => (path === 'timestamp.json' ? { status: 200, body } : undefined);
      for (const [at, text] of broken.entries()) {
        body = text;
        const offer = bench.offer('3.2.5', { offer: `r1.broken${at}` });
        if (at === 0) bench.client.start();
        const codes: RefusalCode[] = ['metadata-invalid', 'unsigned', 'threshold-not-met'];
        const { code } = await bench.until('an outcome', () => bench.outcomes(offer)[0]);
        if (code === undefined || !codes.includes(code))
          throw new Fails(`it said ${code} of ${text.slice(0, 60)}.`);
        if (runs(bench, offer) !== undefined) throw new Fails('it runs what it must not run.');
      }
      const ends = bench.client.ends.length;
      if (ends > 0) throw new Fails(`it ended ${ends} times, last with ${bench.client.ends.at(-1)}.`);
      return `${broken.length} broken files, each refused by name.`;
    },
  },
  {
    name: 'follows-a-new-root',
    sentence: 'A root that the old root keys signed is followed, with the keys that it names.',
    read: 'Trust',
    async run(bench) {
      const heirs = new Repository();
      bench.publish([bench.release('3.2.5')], {}, heirs);
      bench.plane.metadata.set('2.root.json', heirs.root(bench.clock.now(), 2, bench.repository));
      const offer = bench.offer('3.2.5');
      bench.client.start();
      await bench.until('the end of the update', () => {
        const [no] = bench.outcomes(offer).filter(({ kind }) => kind === 'refused' || kind === 'failed');
        if (no) throw new Fails(`it refused with ${no.code}: ${no.because}`);
        return bench.outcome(offer, 'installed');
      });
      const { body } = await bench.nextCheckIn();
      if (body.root !== 2) throw new Fails(`it follows root 2 and reports root ${body.root}.`);
      return 'it took a release that the new keys signed, and reports root 2.';
    },
  },
];
