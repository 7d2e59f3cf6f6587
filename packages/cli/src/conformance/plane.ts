/** The control plane of one case: answers as a server would, unless its case has it do otherwise. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, DEVICE_BODY_LIMIT, refuse } from '@tuesday/protocol';
import { sendArtifact, type Serving } from './artifact-answer.ts';
import { type Message, readBody, type Verb } from './message.ts';

/** What an answer is. `cut`: the connection is closed instead. `endless`: bytes that never stop. */
export type Reply = Answered | 'cut' | 'endless';

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

/** Something else than the usual answer, or undefined. */
export type Script = (message: Message) => Reply | undefined;

export interface PlaneOptions {
  readonly clock: Clock;
  readonly device: string;
  readonly hardware: string;
  readonly fleetKey: string;
  readonly token: string;
  /** Something was said. */
  readonly onMessage: () => void;
  readonly startsOf: () => number;
}

const VERBS: Readonly<Record<string, Verb>> = {
  enrol: 'enrol',
  'check-in': 'check-in',
  progress: 'progress',
  outcomes: 'outcomes',
};

export class Plane {
  readonly #options: PlaneOptions;
  readonly #server = createServer((request, response) => void this.#hear(request, response));
  readonly messages: Message[] = [];
  /** Address of the broker, told at enrolment. */
  mqtt: string | undefined;
  pollAfterSeconds: number;
  /** Of the next check-ins; any JSON. */
  offer: object = { kind: 'none', because: 'There is nothing to do.' };
  /** Below `trust/metadata/`. */
  metadata = new Map<string, string>();
  /** Below `trust/targets/`. */
  readonly artifacts = new Map<string, Buffer>();
  /** Asked first for every message. */
  script: Script = () => undefined;
  /** How the bytes of an artifact are sent. */
  serving: (message: Message) => Serving = () => ({});
  /** An artifact has been sent to its end. */
  onArtifactSent: () => void = () => undefined;

  constructor(options: PlaneOptions, pollAfterSeconds: number) {
    this.#options = options;
    this.pollAfterSeconds = pollAfterSeconds;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** One message of the broker, or one request, and its answer. */
  answer(message: Message, token: string | undefined): Reply {
    this.messages.push(message);
    const reply = this.#reply(message, token);
    message.status = typeof reply === 'object' ? reply.status : 0;
    this.#options.onMessage();
    return reply;
  }

  note(verb: Verb, via: 'http' | 'mqtt', text: string, path = '', range?: string): Message {
    const { clock, startsOf } = this.#options;
    const start = startsOf();
    return {
      at: clock.now(),
      verb,
      via,
      start,
      path,
      text,
      range,
      ...readBody(verb, text),
      status: 0,
      sent: 0,
    };
  }

  #reply(message: Message, token: string | undefined): Reply {
    const scripted = this.script(message);
    if (scripted !== undefined) return scripted;
    if (message.verb === 'metadata') return this.#metadata(message);
    const { fleetKey, token: own, device } = this.#options;
    if (token !== (message.verb === 'enrol' ? fleetKey : own)) return refusal(401, 'unauthenticated');
    if (message.problem !== undefined) return refusal(400, 'bad-request', message.problem);
    if (message.verb === 'enrol') return ok({ device, token: own, ...(this.mqtt && { mqtt: this.mqtt }) });
    return message.verb === 'outcomes' ? ok({ accepted: true }) : ok(this.checkInAnswer());
  }

  checkInAnswer(): object {
    return { protocol: 1, pollAfterSeconds: this.pollAfterSeconds, offer: this.offer };
  }

  #metadata({ path }: Message): Reply {
    const body = this.metadata.get(path);
    return body === undefined ? refusal(404, 'not-found') : { status: 200, body };
  }

  async #hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, verb = '', path = ''] =
      /^\/device\/v1\/(?:trust\/)?(metadata|targets|[a-z-]+)\/?([^?]*)/.exec(request.url ?? '') ?? [];
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const text = await bodyOf(request).catch(() => undefined);
    if (text === undefined) return;
    const known = verb === 'targets' ? 'artifact' : verb === 'metadata' ? 'metadata' : VERBS[verb];
    if (known === undefined) return send(response, refusal(404, 'not-found'));
    const message = this.note(known, 'http', text, decodeURIComponent(path), request.headers.range);
    response.once('close', () => {
      message.closedAt = this.#options.clock.now();
      this.#options.onMessage();
    });
    if (known === 'artifact') return this.#artifact(message, response);
    const reply = this.answer(message, token);
    if (reply === 'endless') return sendArtifact(response, message, Buffer.from(' '), { endless: true });
    send(response, reply);
  }

  async #artifact(message: Message, response: ServerResponse): Promise<void> {
    this.messages.push(message);
    const bytes = this.artifacts.get(message.path);
    const scripted = this.script(message) ?? (bytes ? undefined : refusal(404, 'not-found'));
    this.#options.onMessage();
    if (scripted !== undefined || bytes === undefined) return send(response, scripted ?? 'cut');
    await sendArtifact(response, message, bytes, this.serving(message), this.#options.onMessage);
    if (response.writableFinished && message.sent > 0) this.onArtifactSent();
    this.#options.onMessage();
  }
}

export function ok(body: object): Answered {
  return { status: 200, body: JSON.stringify(body) };
}

export function refusal(
  status: number,
  code: Parameters<typeof refuse>[0],
  because = 'as the test wants it.',
): Answered {
  return { status, body: JSON.stringify({ refused: refuse(code, because) }) };
}

function send(response: ServerResponse, reply: Reply): void {
  if (typeof reply === 'string') {
    response.destroy();
    return;
  }
  const { status, body, headers } = reply;
  const type = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...type, ...headers }).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= 4 * DEVICE_BODY_LIMIT) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
