/** Becoming a device of the fleet: once in its life. */
import { enrolAnswerSchema, type OrRefused, PROTOCOL, refusedSchema } from '@tuesday/protocol';
import type { Identity } from '../storage/device-storage.ts';
import { deviceUrl } from '../transport/device-url.ts';
import { postJson } from '../transport/http.ts';

/** Real milliseconds. */
const LIMIT = 30_000;

/**
 * @returns the server's refusal, when it understood and said no
 * @throws Error when the server could not be reached or is busy
 */
export async function enrol(
  server: string,
  fleetKey: string,
  who: { readonly device: string; readonly hardware: string },
): Promise<OrRefused<Identity>> {
  const headers = { authorization: `Bearer ${fleetKey}`, 'content-type': 'application/json' };
  const text = JSON.stringify({ protocol: PROTOCOL, ...who });
  const url = deviceUrl(server, 'enrol');
  const { status, body } = await postJson(url, headers, text, AbortSignal.timeout(LIMIT));
  const answer = enrolAnswerSchema.safeParse(body);
  if (status === 200 && answer.success) {
    const { device, token, mqtt, announcements } = answer.data;
    return {
      device,
      token,
      ...(mqtt === undefined ? {} : { mqtt }),
      ...(announcements === undefined ? {} : { announcements }),
    };
  }
  const refused = refusedSchema.safeParse(body);
  if (refused.success && status < 500 && status !== 429) return { refused: refused.data.refused };
  throw new Error(refused.success ? refused.data.refused.because : `the server answered ${status}`);
}
