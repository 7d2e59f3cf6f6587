/** What a code means, for help desks and whoever else asks: the same as on the page, as JSON. */
import {
  isRefused,
  type OrRefused,
  parseCode,
  refuse,
  type Refusal,
  type SupportCodeView,
} from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import { type PublicCode, supportCode } from '../codes/support-code.ts';
import type { Context } from '../context.ts';
import { spoken } from './language.ts';
import { Pace } from './pace.ts';

/** Page and JSON together, of one network in a minute. */
const pace = new Pace(120);

/** Milliseconds of real time for which an answer is given again. */
const KEPT_MILLIS = 5_000;
const KEPT = 1_000;

interface Kept {
  readonly at: number;
  readonly found: Promise<PublicCode | undefined>;
}

const kept = new WeakMap<Context, Map<string, Kept>>();

/**
 * The page is open to everybody, so what it costs the database is bounded: by the pace of each network, and by the
 * few seconds for which an answer is good.
 */
export function askPublicly(
  context: Context,
  request: Pick<FastifyRequest, 'ip'>,
  code: string,
): OrRefused<{ found: Promise<PublicCode | undefined> }> {
  const wait = pace.ask(request.ip);
  if (wait > 0)
    return {
      refused: refuse('too-many-attempts', `too many questions; the next is answered in ${wait} seconds`),
    };
  const now = performance.now();
  const mine = kept.get(context) ?? new Map<string, Kept>();
  kept.set(context, mine);
  const known = mine.get(code);
  if (known && now - known.at < KEPT_MILLIS) return known;
  if (mine.size >= KEPT) mine.clear();
  const found = supportCode(context, code);
  mine.set(code, { at: now, found });
  found.catch(() => mine.delete(code));
  return { found };
}

export async function viewSupportCode(
  context: Context,
  request: FastifyRequest,
  asked: string,
  lang = '',
): Promise<OrRefused<SupportCodeView>> {
  const code = parseCode(asked) ?? '';
  const answer = askPublicly(context, request, code);
  if (isRefused(answer)) return answer;
  const found = await answer.found;
  if (!found) return { refused: unknownCode({ code }) };
  const { severity } = found.entry;
  return { code, severity, fix: found.fix, ...spoken(found.entry, lang, request.headers['accept-language']) };
}

/** @param params of the request, which nobody has looked at yet */
export function unknownCode(params: unknown): Refusal {
  const asked = (params as { code?: unknown } | undefined)?.code;
  const code = typeof asked === 'string' ? parseCode(asked) : undefined;
  return refuse('not-found', `we do not know the code ${code ?? ''} yet`.replace('  ', ' '), {
    try: 'tell support what the device shows and since when',
  });
}
