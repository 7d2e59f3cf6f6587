import { afterEach, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { makeApp } from './app.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let app: FastifyInstance;
afterEach(() => app.close());

test.each<[string, string | undefined, string]>([
  ['nobody when no proxy is set', undefined, '127.0.0.1'],
  ['a proxy that was set', '127.0.0.0/8', '192.0.2.9'],
  ['no other one', '10.0.0.0/8', '127.0.0.1'],
])('the sender’s address is believed of %s', async (_, trustProxy, expected) => {
  app = makeApp(silent, () => false, trustProxy);
  app.get('/ip', (request, reply) => reply.send(request.ip));
  const { body } = await app.inject({ url: '/ip', headers: { 'x-forwarded-for': '192.0.2.9' } });
  expect(body).toBe(expected);
});
