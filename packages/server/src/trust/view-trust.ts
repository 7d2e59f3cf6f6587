/** Roles, keys, thresholds and versions, as operators see them. */
import type { TrustView } from '@tuesday/protocol';
import { headOf, roleKeys } from '@tuesday/trust';
import type { Context } from '../context.ts';
import { labelOf, labelsOf, latest } from './metadata.ts';

export async function viewTrust({ db }: Pick<Context, 'db'>): Promise<TrustView> {
  const root = await latest(db, 'root');
  if (!root) return { installed: false, roles: {} };
  const labels = await labelsOf(db);
  const roles: TrustView['roles'] = {};
  for (const role of ['root', 'targets', 'snapshot', 'timestamp'] as const) {
    const stored = await latest(db, role);
    if (!stored) continue;
    const { keys, threshold } = roleKeys(root.body, role);
    roles[role] = {
      version: stored.version,
      expires: headOf(stored.body).expires,
      threshold,
      keys: Object.keys(keys).map((keyid) => ({ keyid, label: labelOf(labels, keyid) })),
    };
  }
  return { installed: true, roles };
}
