/** What the matrix asks of the control plane: the fleet's inventory, and to keep what a tester signed. */
import { type Attestation, type InventoryView, inventoryViewSchema, toError } from '@tuesday/protocol';
import { baseOf, reach, type Session } from '../session.ts';

/** @throws RefusedByServer when the server says no */
export async function fetchInventory(session: Session): Promise<InventoryView> {
  return inventoryViewSchema.parse(await ask(session, '/v1/inventory'));
}

/** @throws RefusedByServer, for instance when the key is of no tester of the fleet */
export async function attachAttestation(
  session: Session,
  release: string,
  attestation: Attestation,
): Promise<void> {
  await ask(session, `/v1/releases/${encodeURIComponent(release)}/attestations`, attestation);
}

async function ask(session: Session, path: string, body?: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${session.token}`, 'content-type': 'application/json' };
  const init: RequestInit =
    body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
  const response = await reach(`${baseOf(session)}${path}`, init);
  const text = await response.text();
  if (!response.ok) throw toError(response.status, text);
  return JSON.parse(text);
}
