/** One look by one check. None throws: what cannot be looked at does not hold. */
import { connect as connectTcp } from 'node:net';
import { openSession } from '../transport/mqtt-session.ts';
import type { ApplicationPort } from './application.ts';
import type { Check, CheckOf } from './declared.ts';
import type { ErrorSources } from './error-sources.ts';
import type { RunCommand } from './run-command.ts';

export interface LookingAt {
  readonly application: Pick<ApplicationPort, 'running' | 'mqttDownMillis'>;
  readonly errors: Pick<ErrorSources, 'raised'>;
  readonly run: RunCommand;
}

/** Bytes of an answer in which `contains` is looked for. */
const BODY_LIMIT = 65_536;

/** Resolves within the check's time, whatever the other side does. */
export async function look(check: Check, at: LookingAt): Promise<boolean> {
  const over = AbortSignal.timeout(check.timeoutMillis);
  const late = new Promise<false>((resolve) => {
    over.addEventListener('abort', () => resolve(false), { once: true });
  });
  return Promise.race([lookNow(check, at, over).catch(() => false), late]);
}

async function lookNow(check: Check, at: LookingAt, over: AbortSignal): Promise<boolean> {
  switch (check.kind) {
    case 'process':
      return at.application.running;
    case 'unit':
      return isActive(check, at.run);
    case 'port':
      return connects(check, over);
    case 'http':
      return answers(check, over);
    case 'mqtt':
      return check.url === undefined
        ? at.application.mqttDownMillis <= check.graceMillis
        : opensSession({ ...check, url: check.url }, over);
    case 'error-code':
      return (await at.errors.raised(check.name)).length === 0;
    case 'command':
      return (await at.run(check.command, check.args, check.timeoutMillis)).exitCode === 0;
    default:
      return check satisfies never;
  }
}

async function isActive({ unit, timeoutMillis }: CheckOf<'unit'>, run: RunCommand): Promise<boolean> {
  const { exitCode, stdout } = await run('systemctl', ['is-active', unit], timeoutMillis);
  return exitCode === 0 && stdout.trim() === 'active';
}

function connects({ host, port }: CheckOf<'port'>, over: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port });
    const end = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    over.addEventListener('abort', () => end(false), { once: true });
  });
}

async function answers({ url, status, contains }: CheckOf<'http'>, over: AbortSignal): Promise<boolean> {
  const answer = await fetch(url, { signal: over, redirect: 'manual' });
  if (answer.status !== status || contains === undefined) {
    await answer.body?.cancel();
    return answer.status === status;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the rest of an answer that has no end.
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= BODY_LIMIT) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8').includes(contains);
}

function opensSession(
  { name, url, username = '', password = '', timeoutMillis }: CheckOf<'mqtt'> & { readonly url: string },
  over: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const settings = {
      url,
      version: 4,
      clientId: `tuesday-check-${name}`.slice(0, 23),
      username,
      password,
      topics: [],
      tls: {},
      openMillis: timeoutMillis,
      keepAliveMillis: timeoutMillis,
    } as const;
    const session = openSession(settings, {
      up: () => {
        resolve(true);
        session.end('it opened');
      },
      message: () => undefined,
      notPublished: () => undefined,
      over: () => resolve(false),
    });
    over.addEventListener('abort', () => session.end('its time is over'), { once: true });
  });
}
