/** Enrolment and check-ins: who the device is, and what it says when nothing is new. */
import type { Bench } from '../bench.ts';
import { type Case, Fails } from '../case.ts';
import { refusal } from '../plane.ts';

const enrolments = (bench: Bench) => bench.plane.messages.filter(({ verb }) => verb === 'enrol');

export const enrolmentCases: readonly Case[] = [
  {
    name: 'enrols-once',
    sentence: 'It enrols once, and keeps its token over a power cut.',
    read: 'Enrolment',
    async run(bench) {
      bench.client.start();
      await bench.nextCheckIn();
      await bench.client.powerCut();
      const after = await bench.nextCheckIn();
      if (after.start < 2) throw new Fails('the check-in after the power cut is from before it.');
      const accepted = enrolments(bench).filter(({ status }) => status === 200).length;
      if (accepted !== 1) throw new Fails(`it enrolled ${accepted} times.`);
      return 'one enrolment, and check-ins with its token before and after a power cut.';
    },
  },
  {
    name: 'enrols-again-when-unheard',
    sentence: 'It asks again when its enrolment got no answer.',
    read: 'Enrolment',
    async run(bench) {
      bench.plane.script = ({ verb }) => {
        if (verb !== 'enrol') return undefined;
        const before = enrolments(bench).length;
        if (before === 1) return refusal(503, 'busy');
        return before === 2 ? 'cut' : undefined;
      };
      bench.client.start();
      await bench.nextCheckIn();
      const asked = enrolments(bench).length;
      return `the third of ${asked} requests was answered, and it went on from there.`;
    },
  },
  {
    name: 'check-in-valid',
    sentence: 'Every check-in holds against the schema.',
    read: 'Check-in',
    async run(bench) {
      const all = () => bench.plane.messages.filter(({ verb }) => verb === 'check-in');
      bench.client.start();
      const wrong = () => bench.plane.messages.find(({ problem }) => problem !== undefined);
      await bench.until('three check-ins', () => wrong() !== undefined || all().length >= 3);
      const { problem } = wrong() ?? {};
      if (problem !== undefined) throw new Fails(`${problem}.`);
      const [first] = bench.checkIns;
      const version = first?.body.slots[first.body.active].version;
      if (version !== '3.2.4') throw new Fails(`it runs 3.2.4 and reports ${version}.`);
      return `${all().length} check-ins parse and report 3.2.4.`;
    },
  },
  {
    name: 'says-the-same-bytes',
    sentence: 'A device with nothing new to say sends the same bytes again.',
    read: 'Check-in',
    async run(bench) {
      bench.client.start();
      // What it learns while it starts may still change the first ones.
      await bench.until('six check-ins', () => bench.checkIns.length >= 6);
      const texts = new Set(bench.checkIns.slice(-3).map(({ text }) => text));
      if (texts.size > 1) throw new Fails(`three check-ins in a row came as ${texts.size} different bodies.`);
      return 'three check-ins in a row are equal, byte for byte.';
    },
  },
];
