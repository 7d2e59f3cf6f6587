/**
 * Where devices knock, over HTTP or MQTT alike: a verb, a token and bytes in, a status and bytes out.
 * A device that has nothing new to say is answered at once, from memory.
 */
import { hash } from 'node:crypto';
import {
  checkInSchema,
  type Clock,
  DEVICE_BODY_LIMIT,
  type DeviceVerb,
  outcomeSchema,
  type OrRefused,
  progressSchema,
  PROTOCOL,
  type Refusal,
  refuse,
  refuseParse,
} from '@tuesday/protocol';
import type * as z from 'zod';
import type { Authenticate } from '../devices/authenticate.ts';
import { refusedBody, statusOf } from '../http/refused.ts';
import type { Contacts } from './contacts.ts';
import type { Ingest } from './ingest.ts';
import type { DeviceMemory } from './memory.ts';
import type { ProgressBoard } from './progress.ts';
import type { Stops } from '../rollouts/stop-board.ts';
import type { ReportAnswer } from './report.ts';

export interface DoorAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

export interface DoorParts {
  readonly authenticate: Authenticate;
  readonly memory: DeviceMemory;
  readonly contacts: Contacts;
  readonly ingest: Ingest;
  readonly progress: ProgressBoard;
  readonly clock: Clock;
  /** Asked last, as an answer leaves. */
  readonly stops: Stops;
  /** Over how many seconds the fleet is to come back after an outage; undefined: it is too small to matter. */
  readonly reconnectWithin?: () => number | undefined;
}

/** Characters that JSON may write and PostgreSQL text cannot hold: zero, and half of a surrogate pair. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/** What a device is told with status 503. */
export const RETRY_AFTER_SECONDS = 5;

const ACCEPTED: DoorAnswer = { status: 200, body: '{"accepted":true}' };
export const UNAUTHENTICATED = refusal(refuse('unauthenticated', 'the device token is missing or not valid'));
const TOO_LARGE = refusal(refuse('too-large', `a body has at most ${DEVICE_BODY_LIMIT} bytes`));
const BUSY = refusal(refuse('busy', 'too many reports wait to be written'));

export class DeviceDoor {
  readonly #parts: DoorParts;
  /** Idle answers are few different texts. */
  readonly #idleBodies = new Map<string, string>();

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  answer(verb: DeviceVerb, token: string | undefined, body: Buffer): DoorAnswer | Promise<DoorAnswer> {
    const device = this.#parts.authenticate(token);
    if (typeof device === 'string') return this.#known(verb, device, body);
    if (device === undefined) return UNAUTHENTICATED;
    return device.then((found) => (found === undefined ? UNAUTHENTICATED : this.#known(verb, found, body)));
  }

  #known(verb: DeviceVerb, device: string, body: Buffer): DoorAnswer | Promise<DoorAnswer> {
    if (body.length > DEVICE_BODY_LIMIT) return TOO_LARGE;
    if (verb === 'check-in') return this.#checkIn(device, body);
    return verb === 'outcomes' ? this.#outcome(device, body) : this.#progress(device, body);
  }

  #checkIn(device: string, bytes: Buffer): DoorAnswer | Promise<DoorAnswer> {
    const { memory, contacts, ingest, clock } = this.#parts;
    const digest = hash('sha256', bytes, 'binary');
    const at = clock.now();
    const idle = memory.idleAnswer(device, digest, at);
    if (idle) {
      contacts.heard(device, at);
      return { status: 200, body: idle };
    }
    const parsed = parse(checkInSchema, bytes);
    if ('refused' in parsed) return refusal(parsed.refused);
    contacts.heard(device, at);
    if (ingest.full) return BUSY;
    const { epoch } = memory;
    return ingest
      .take({ kind: 'check-in', device, at, ...parsed, hash: Buffer.from(digest, 'binary') })
      .then((decided) => {
        const answer = this.#unlessStopped(decided);
        const made = this.#make(answer);
        const idle = answer === decided && answer.kind === 'offer' && answer.offer.kind === 'none';
        const until = idle ? (answer.turnAt ?? Infinity) : 0;
        memory.rememberIdle(device, idle ? { hash: digest, epoch, body: made.body, until } : undefined);
        return made;
      });
  }

  #outcome(device: string, bytes: Buffer): DoorAnswer | Promise<DoorAnswer> {
    const { memory, contacts, ingest, clock } = this.#parts;
    const parsed = parse(outcomeSchema, bytes);
    if ('refused' in parsed) return refusal(parsed.refused);
    const at = clock.now();
    contacts.heard(device, at);
    if (ingest.full) return BUSY;
    return ingest.take({ kind: 'outcome', device, at, ...parsed }).then((answer) => {
      memory.rememberIdle(device, undefined);
      this.#parts.progress.clear(device);
      return this.#make(answer);
    });
  }

  #progress(device: string, bytes: Buffer): DoorAnswer {
    const { contacts, progress, clock } = this.#parts;
    const parsed = parse(progressSchema, bytes);
    if ('refused' in parsed) return refusal(parsed.refused);
    contacts.heard(device, clock.now());
    progress.set(device, parsed.body);
    return ACCEPTED;
  }

  /** A halt holds also for a report that was judged before it. */
  #unlessStopped(answer: ReportAnswer): ReportAnswer {
    if (answer.kind !== 'offer' || answer.offer.kind !== 'update') return answer;
    const because = this.#parts.stops.sentenceOf(answer.offer.rollout);
    return because === undefined ? answer : { ...answer, offer: { kind: 'none', because } };
  }

  #make(answer: ReportAnswer): DoorAnswer {
    if (answer.kind === 'accepted') return ACCEPTED;
    if (answer.kind === 'refused') return refusal(answer.refused);
    const { offer, pollAfterSeconds } = answer;
    const carry = answer.carry.length === 0 ? undefined : answer.carry;
    const reconnectWithinSeconds = this.#parts.reconnectWithin?.();
    const text = JSON.stringify({
      protocol: PROTOCOL,
      pollAfterSeconds,
      reconnectWithinSeconds,
      offer,
      carry,
    });
    return { status: 200, body: offer.kind === 'none' ? this.#idleBody(text) : text };
  }

  /** One string for the same text: a million idle devices share it. */
  #idleBody(text: string): string {
    const known = this.#idleBodies.get(text);
    if (known) return known;
    if (this.#idleBodies.size >= 1_000) this.#idleBodies.clear();
    this.#idleBodies.set(text, text);
    return text;
  }
}

/** Fields that this version does not know are left out: an agent newer than its server still gets home. */
function parse<S extends z.ZodType>(
  schema: S,
  bytes: Buffer,
): OrRefused<{ body: z.output<S>; text: string }> {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { refused: refuse('bad-request', 'the body is not JSON') };
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return { refused: refuseParse(parsed.error) };
  const text = JSON.stringify(parsed.data);
  if (UNSTORABLE.test(text))
    return { refused: refuse('bad-request', 'the body: a text holds a character that is not Unicode text') };
  return { body: parsed.data, text };
}

function refusal(refused: Refusal): DoorAnswer {
  return { status: statusOf(refused), body: refusedBody(refused) };
}
