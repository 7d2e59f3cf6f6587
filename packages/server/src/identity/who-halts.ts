/** Who wants to halt: by the database while it answers, by memory when it does not. */
import { isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { within } from '../within.ts';
import type { Principal } from './principal.ts';
import { whoAsks, whoAsksRemembered } from './who-asks.ts';

/** Real milliseconds: until memory answers, and until nobody does. */
const PATIENCE = 500;
const LONGEST = 5_000;

type Parts = Pick<Context, 'urgent' | 'clock' | 'fleet' | 'config'>;

export async function whoHalts(parts: Parts, request: FastifyRequest): Promise<OrRefused<Principal>> {
  const asked = whoAsks({ ...parts, db: parts.urgent }, request);
  const found = await within(PATIENCE, asked);
  if (found) return found;
  const known = whoAsksRemembered(parts, request);
  if (!isRefused(known)) return known.principal;
  return (
    (await within(LONGEST, asked)) ?? {
      refused: refuse(
        'busy',
        'the database does not say who you are, and this server has not seen you lately',
      ),
    }
  );
}
