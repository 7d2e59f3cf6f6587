import { describe, expect, test } from 'vitest';
import { operatorClient, RefusedByServer } from './client.ts';
import { routes } from './routes.ts';

function answering(status: number, body: unknown) {
  const calls: Array<{ url: string; init: RequestInit }> = [];
  const doFetch = (url: string, init: RequestInit) => {
    calls.push({ url, init });
    return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
  };
  return { calls, doFetch };
}

describe('the operator client', () => {
  test('fills and encodes the path, sends the token and the body', async () => {
    const { calls, doFetch } = answering(200, {});
    await operatorClient('http://x', 't', doFetch).call('haltRollout', {
      params: { rollout: 'r/1' },
      body: { because: 'smoke' },
    });
    expect(calls[0]?.url).toBe('http://x/v1/rollouts/r%2F1/halt');
    expect(calls[0]?.init.method).toBe('POST');
    expect(calls[0]?.init.body).toBe('{"because":"smoke"}');
    expect(new Headers(calls[0]?.init.headers).get('authorization')).toBe('Bearer t');
  });

  test('a refusal arrives word for word', async () => {
    const refused = { code: 'no-way-back', because: 'Release 3.2.5 names no way back.', try: 'declare it' };
    const { doFetch } = answering(409, { refused });
    const failure = await operatorClient('', undefined, doFetch)
      .call('status')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RefusedByServer);
    expect((failure as RefusedByServer).refusal).toEqual(refused);
  });

  test('an answer that is not from Tuesday is an error with its status', async () => {
    const { doFetch } = answering(502, '<html>bad gateway</html>');
    await expect(operatorClient('', undefined, doFetch).call('status')).rejects.toThrow('502');
  });

  test('every route has its own method and path', () => {
    const seen = Object.values(routes).map((route) => `${route.method} ${route.path}`);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
