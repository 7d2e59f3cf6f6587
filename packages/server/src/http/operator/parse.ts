/** What came over the wire, by the schemas of the route; the first thing that does not fit is named. */
import { type OrRefused, refuse, refuseParse, type Route, type RouteName } from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import type * as z from 'zod';

export interface ParsedRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export function parseRequest(
  name: RouteName,
  route: Route,
  request: Pick<FastifyRequest, 'params' | 'query' | 'body'>,
): OrRefused<ParsedRequest> {
  const parsed: { params: unknown; query: unknown; body: unknown } = {
    params: undefined,
    query: undefined,
    body: typeof route.body === 'string' ? request.body : undefined,
  };
  const isPlan = name === 'checkPlan' || name === 'createRollout';
  const given = { params: request.params, query: request.query, body: request.body ?? {} };
  for (const part of ['params', 'query', 'body'] as const) {
    const schema: z.ZodType | 'bytes' | 'raw' | undefined = route[part];
    if (schema === undefined || typeof schema === 'string') continue;
    const bad = unstorable(given[part], '');
    if (bad !== undefined)
      return {
        refused: refuse('bad-request', `${bad} holds a character that cannot be kept`, { field: bad }),
      };
    const result = schema.safeParse(given[part]);
    if (!result.success)
      return {
        refused: refuseParse(result.error, isPlan && part === 'body' ? 'plan-invalid' : 'bad-request'),
      };
    parsed[part] = result.data;
  }
  if (route.body === 'bytes' && !isStream(request.body)) {
    const because = 'the body must be application/octet-stream';
    return { refused: refuse('bad-request', because) };
  }
  if (route.body === 'raw' && typeof request.body !== 'string')
    return { refused: refuse('bad-request', 'the body is missing') };
  return parsed;
}

/**
 * PostgreSQL keeps no zero character, and half of a surrogate pair is no character at all.
 *
 * @returns the path of the first string that holds one
 */
function unstorable(value: unknown, path: string): string | undefined {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed() ? path || 'the body' : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const inside = path === '' ? key : `${path}.${key}`;
    const bad = unstorable(key, 'a name') ?? unstorable(each, inside.slice(0, 200));
    if (bad !== undefined) return bad;
  }
  return undefined;
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
