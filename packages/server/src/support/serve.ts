/** `/support/0x45`, and `/fleets/<fleet>/support/0x45`: open to everybody, and it changes nothing. */
import { isRefused, parseCode } from '@tuesday/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FleetDirectory } from '../fleets/fleet-side.ts';
import { addressOf } from '../http/address.ts';
import { type Asked, codePage, linePage, PAGE_POLICY, unknownPage } from './page.ts';
import { askPublicly } from './view-support-code.ts';
import { wordsFor } from './words.ts';

interface Query {
  readonly lang?: unknown;
  readonly code?: unknown;
}

export function registerSupport(app: FastifyInstance, fleets: FleetDirectory): void {
  app.get<{ Querystring: Query }>('/support', (request, reply) => {
    const asked = askedBy(request);
    const { code } = request.query;
    if (typeof code !== 'string' || code === '') return send(reply, 200, linePage(asked, ''));
    const found = parseCode(code.trim()) ?? parseCode(`0x${code.trim()}`);
    if (found === undefined) return send(reply, 404, linePage(asked, asked.words.noCode));
    const lang = asked.lang === '' ? '' : `?lang=${encodeURIComponent(asked.lang)}`;
    return reply.redirect(`${asked.home}/${found}${lang}`, 303);
  });

  app.get<{ Params: { code: string }; Querystring: Query }>('/support/:code', async (request, reply) => {
    const asked = askedBy(request);
    const code = parseCode(request.params.code);
    if (code === undefined) return send(reply, 404, linePage(asked, asked.words.noCode));
    // A fleet that is not there knows no code, as one that explains none to everybody.
    const side = await fleets.find(addressOf(request.raw) ?? fleets.first.context.fleet);
    if (!side) return send(reply, 404, unknownPage(asked, code));
    const answer = askPublicly(side.context, request, code);
    if (isRefused(answer)) return send(reply, 429, linePage(asked, asked.words.busy));
    const found = await answer.found;
    return found ? send(reply, 200, codePage(asked, found)) : send(reply, 404, unknownPage(asked, code));
  });
}

function askedBy(request: FastifyRequest<{ Querystring: Query }>): Asked {
  const { lang } = request.query;
  const named = typeof lang === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(lang) ? lang : '';
  const accept = request.headers['accept-language'];
  const fleet = addressOf(request.raw);
  const home = fleet === undefined ? '/support' : `/fleets/${encodeURIComponent(fleet)}/support`;
  return { words: wordsFor(named, accept), lang: named, accept, home };
}

function send(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .header('content-security-policy', PAGE_POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('vary', 'accept-language')
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(page);
}
