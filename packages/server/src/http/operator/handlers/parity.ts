/** Inventory and parity: one handler a route. */
import type { Context } from '../../../context.ts';
import { viewHistory } from '../../../inventory/history.ts';
import { viewInventory } from '../../../inventory/view.ts';
import { attest, listAttestations, viewAttestation } from '../../../parity/attest.ts';
import { addTester, listTesters, revokeTester } from '../../../parity/testers.ts';
import { viewParity } from '../../../parity/view.ts';
import type { HandlersOf } from './asked.ts';

type Names =
  | 'viewInventory'
  | 'viewInventoryHistory'
  | 'viewParity'
  | 'attest'
  | 'listAttestations'
  | 'viewAttestation'
  | 'listTesters'
  | 'addTester'
  | 'revokeTester';

export function parityHandlers(context: Context): HandlersOf<Names> {
  return {
    viewInventory: () => viewInventory(context),
    viewInventoryHistory: ({ params, query }) => viewHistory(context, params.dimension, query.days),
    viewParity: ({ params }) => viewParity(context, params.version),
    attest: ({ actor, params, body }) => attest(context, actor, params.version, body),
    listAttestations: ({ params }) => listAttestations(context, params.version),
    viewAttestation: ({ params }) => viewAttestation(context, params.version, params.digest),
    listTesters: () => listTesters(context.db),
    addTester: ({ actor, body }) => addTester(context, actor, body),
    revokeTester: ({ actor, params, body }) => revokeTester(context, actor, params.name, body.because),
  };
}
