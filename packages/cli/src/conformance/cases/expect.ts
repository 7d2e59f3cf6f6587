/** What cases ask again and again. */
import type { RefusalCode } from '@tuesday/protocol';
import type { Bench } from '../bench.ts';
import { Fails } from '../case.ts';

/** Anything that shows the offered release running, or about to. */
export function runs(bench: Bench, offer: string, from = 0): string | undefined {
  for (const kind of ['installed', 'confirmed'] as const) {
    if (bench.outcome(offer, kind)) return `it reported ${kind}`;
  }
  const tried = bench.checkIns
    .filter(({ at }) => at >= from)
    .some(({ body }) => Object.values(body.slots).some(({ state }) => state === 'trying'));
  return tried ? 'a check-in shows a slot that is tried' : undefined;
}

/** @throws Fails when it does */
export async function neverRuns(bench: Bench, offer: string, millis: number, from = 0): Promise<void> {
  let how: string | undefined;
  const look = () => (how = runs(bench, offer, from));
  await bench.never('it runs what it must not run', look, millis).catch((error: unknown) => {
    throw how === undefined ? error : new Fails(`${how}.`);
  });
}

/**
 * Words are cheap: the offer still stands, and a client that leaps nevertheless asks once more, leaps, and says so in
 * the check-in after that.
 */
async function staysSo(bench: Bench, offer: string): Promise<void> {
  const seen = bench.checkIns.length;
  await bench.until('two check-ins after the refusal', () => bench.checkIns.length >= seen + 2);
  const how = runs(bench, offer);
  if (how !== undefined) throw new Fails(`it refused, and then ${how}.`);
}

/**
 * Waits for `refused` or `failed` with one of these codes, the first of which is the one of `docs/refusals.md`.
 *
 * @throws Fails when the release runs, also after it was refused, or when the outcome says something else
 */
export async function expectRefusal(
  bench: Bench,
  offer: string,
  codes: readonly RefusalCode[],
): Promise<string> {
  const outcome = await bench.until(`an outcome that refuses (${codes[0]})`, () => {
    const how = runs(bench, offer);
    if (how !== undefined) throw new Fails(`${how}.`);
    return bench.outcomes(offer)[0];
  });
  const { kind, code, because } = outcome;
  if (kind !== 'refused' && kind !== 'failed') throw new Fails(`it reported ${kind}: ${because}`);
  if (code === undefined || !codes.includes(code)) {
    throw new Fails(`it refused with ${code ?? 'no code'} (${because}) instead of ${codes.join(' or ')}.`);
  }
  await staysSo(bench, offer);
  return `${kind} with ${code}: ${because}`;
}
