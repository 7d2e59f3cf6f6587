import type { RouteAnswer, RouteQuery } from '@tuesday/protocol';
import { isSignedOut, pathOf, Refused, refusalIn, SIGNED_OUT, Unreachable } from '../api.ts';

/**
 * Sends a file of addresses as it is.
 *
 * @throws Refused     when the server says no
 * @throws Unreachable when there is no answer of Tuesday's
 */
export async function sendRegister(
  file: File,
  query: RouteQuery<'importRegister'>,
): Promise<RouteAnswer<'importRegister'>> {
  const response = await fetch(pathOf('importRegister', undefined, query), {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  }).catch((cause: unknown) => {
    throw new Unreachable('the server does not answer', { cause });
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as RouteAnswer<'importRegister'>;
  const refusal = refusalIn(answer);
  if (!refusal) throw new Unreachable(`the server answered ${response.status}`);
  const refused = new Refused(refusal);
  if (isSignedOut(refused)) dispatchEvent(new Event(SIGNED_OUT));
  throw refused;
}
