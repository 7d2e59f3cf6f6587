/**
 * What SWUpdate says of itself on its control socket (SWUpdate 2022.12, network_ipc.h: GET_STATUS). Its messages are
 * C structures of a size that changes with version and word length; where the answer begins has never changed. So a
 * question is asked that is longer than any version needs, and of the answer only its beginning is read.
 */
import { createConnection } from 'node:net';
import { endianness } from 'node:os';

export interface SwupdateStatus {
  readonly idle: boolean;
  /** A message that waits to be read; each is told once. Empty when there is none: then `idle` is true to the moment. */
  readonly words: string;
  /** The message tells of a failure, or of success. */
  readonly failure: boolean;
  readonly success: boolean;
}

/** What waited to be read. */
export interface Drained {
  /** Nothing is being installed. */
  readonly idle: boolean;
  /** Messages of any kind. */
  readonly messages: number;
  readonly failures: readonly string[];
  readonly success: boolean;
}

const MAGIC = 0x14052001;
const GET_STATUS = 3;
/** magic, type, current, last_result, error: 4 bytes each; then text that ends with a zero. */
const HEAD = 20;
const QUESTION = 16_384;
const [IDLE, SUCCESS, FAILURE] = [0, 3, 4];
/** Real milliseconds; a silence is asked about again. */
const ANSWERS_WITHIN = 3_000;
const QUESTIONS = 3;
/** SWUpdate itself keeps no more messages. */
const MOST_MESSAGES = 1_000;

/**
 * @param socket path of its control socket
 * @throws Error when nobody answers there
 */
export async function drainStatus(socket: string): Promise<Drained> {
  const failures: string[] = [];
  let success = false;
  for (let messages = 0; messages < MOST_MESSAGES; messages++) {
    const told = await askStatus(socket);
    if (told.words === '') return { idle: told.idle, messages, failures, success };
    if (told.failure) failures.push(told.words);
    success ||= told.success;
  }
  throw new Error('SWUpdate has more to say than it can');
}

/** @throws Error when nobody answers there, or not in this way */
export async function askStatus(socket: string): Promise<SwupdateStatus> {
  for (let question = 1; ; question++) {
    const bytes = await exchange(socket);
    if (bytes !== undefined) return statusOf(bytes, socket);
    if (question === QUESTIONS) {
      throw new Error(`SWUpdate does not answer on ${socket}: no word within ${ANSWERS_WITHIN / 1_000} s`);
    }
  }
}

function statusOf(bytes: Buffer, socket: string): SwupdateStatus {
  const number = (at: number) => (endianness() === 'LE' ? bytes.readInt32LE(at) : bytes.readInt32BE(at));
  if (bytes.length <= HEAD || number(0) !== MAGIC)
    throw new Error(`${socket} does not answer as SWUpdate does`);
  const words = bytes.subarray(HEAD, Math.max(HEAD, bytes.indexOf(0, HEAD))).toString('utf8');
  const state = number(8);
  return { idle: state === IDLE, words, failure: state === FAILURE, success: state === SUCCESS };
}

/** @returns undefined when there was no word in time */
function exchange(socket: string): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const connection = createConnection(socket);
  let answer = Buffer.alloc(0);
  const settle = (because: string) => {
    connection.destroy();
    if (answer.length > 0) resolve(answer);
    else reject(new Error(`SWUpdate does not answer on ${socket}: ${because}`));
  };
  connection.setTimeout(ANSWERS_WITHIN, () => {
    connection.destroy();
    resolve(undefined);
  });
  connection.on('data', (chunk: Buffer) => {
    answer = Buffer.concat([answer, chunk]);
    // All that is read of it is there; how much else comes depends on the version.
    if (answer.length > HEAD && answer.includes(0, HEAD)) settle('');
  });
  // It does not read the question to its end, which some systems call a reset.
  connection.on('error', (error) => settle(error.message));
  connection.on('end', () => settle('it hung up'));
  const question = Buffer.alloc(QUESTION);
  for (const [index, value] of [MAGIC, GET_STATUS].entries()) {
    if (endianness() === 'LE') question.writeInt32LE(value, index * 4);
    else question.writeInt32BE(value, index * 4);
  }
  connection.write(question);
  return promise;
}
