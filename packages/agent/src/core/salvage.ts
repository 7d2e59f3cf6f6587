/**
 * After a journal was cut or altered: the device stands on the slot that boots by default, and keeps of its
 * memory what still makes sense by itself. What protects it (the security version, the releases that it went
 * back from) is kept before anything else.
 */
import { type Instant, outcomeSchema, type SlotName, type TargetCustom } from '@tuesday/protocol';
import * as z from 'zod';
import {
  intentSchema,
  type Journal,
  journalSchema,
  otherSlot,
  rebuiltJournal,
  UNKNOWN_FACTS,
} from './journal.ts';
import { troubleOf } from './trouble.ts';
import type { WokeInput } from './types.ts';

type Labels = Readonly<Record<SlotName, TargetCustom | null>>;

const NOTHING_FOUND: Labels = { a: null, b: null };

/** What can be believed one by one, whatever the rest says. */
const beliefs = journalSchema.pick({
  settled: true,
  updates: true,
  rolledBackFrom: true,
  securityVersion: true,
  environment: true,
  root: true,
  past: true,
  retried: true,
}).shape;

/** The update that was under way, so far as its end can still be told. */
const interruptedSchema = intentSchema.pick({ offer: true, rollout: true, version: true, step: true });

/** @param because one clause: what is wrong with the journal */
export function salvaged(
  { journal: raw, control, found = NOTHING_FOUND }: WokeInput,
  because: string,
  now: Instant,
): Journal {
  const torn = z.looseObject({}).safeParse(raw).data ?? {};
  const standing = wholeSlot(control.defaultSlot, torn['slots'], found);
  const rebuilt = rebuiltJournal(standing, found);
  const kept: Partial<Journal> = Object.fromEntries(
    Object.entries(beliefs).flatMap(([name, schema]) => {
      const parsed = schema.safeParse(torn[name]);
      return parsed.success && parsed.data !== undefined ? [[name, parsed.data]] : [];
    }),
  );
  const sentence = `The journal could not be believed: ${because}.`;
  const ended = lastWord(torn['intent'], rebuilt.slots[standing].version, control.attempts, sentence, now);
  return {
    ...rebuilt,
    ...kept,
    securityVersion: Math.max(rebuilt.securityVersion, kept.securityVersion ?? 0),
    outbox: [...outcomesIn(torn['outbox']), ...ended].slice(-16),
    trouble: [troubleOf('journal-damaged', sentence)],
  };
}

/** What boots by default, unless the journal calls it half-written and the other slot confirmed and labelled. */
function wholeSlot(standing: SlotName, slots: unknown, found: Labels): SlotName {
  const { data } = journalSchema.shape.slots.safeParse(slots);
  const other = otherSlot(standing);
  const isHalf = data?.[standing].state === 'bad' || data?.[standing].state === 'empty';
  return isHalf && data[other].state === 'confirmed' && found[other] !== null ? other : standing;
}

function outcomesIn(outbox: unknown): Journal['outbox'] {
  const each = z.array(z.unknown()).safeParse(outbox).data ?? [];
  return each.flatMap((one) => outcomeSchema.safeParse(one).data ?? []);
}

/** The server that waits to hear of an offer hears that it ended. */
function lastWord(
  intent: unknown,
  running: string | undefined,
  attempts: number,
  because: string,
  at: Instant,
): Journal['outbox'] {
  const { data } = interruptedSchema.safeParse(intent);
  if (data === undefined) return [];
  const { offer, rollout, version, step } = data;
  const ran = (step === 'trying' || step === 'rolling-back') && running !== version;
  const bootAttempts = ran ? Math.min(attempts, 100) : 0;
  const kind = ran ? 'rolled-back' : 'failed';
  return [
    {
      protocol: 1,
      offer,
      rollout,
      kind,
      running: running ?? UNKNOWN_FACTS.version,
      code: 'journal-damaged',
      because,
      bootAttempts,
      at,
    },
  ];
}
