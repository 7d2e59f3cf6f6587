import type { Control, Evidence } from '@tuesday/protocol';
import type { StoredState } from './member.ts';

export type StateCounts = Readonly<Partial<Record<StoredState, number>>>;

export const NO_EVIDENCE: Evidence = {
  offered: 0,
  pending: 0,
  installed: 0,
  proven: 0,
  failed: 0,
  rolledBack: 0,
  silent: 0,
};

const NO_CONTROL: Control = { devices: 0, silent: 0 };

/**
 * The evidence of a stage. Once it has opened, those who wait have an offer, so they are pending, and those
 * who waited silently are silent; before, nobody was offered anything.
 */
export function evidenceOf(counts: StateCounts, opened: boolean): Evidence {
  if (!opened) return NO_EVIDENCE;
  const of = (state: StoredState) => counts[state] ?? 0;
  const parts = {
    pending: of('waiting'),
    installed: of('installed'),
    proven: of('proven'),
    failed: of('failed'),
    rolledBack: of('rolled-back'),
    silent: of('waiting-silent') + of('silent'),
  };
  return { offered: Object.values(parts).reduce((sum, count) => sum + count, 0), ...parts };
}

/**
 * The control that a stage contributes while it has not opened. A device that got the release by another way
 * is no control: its silence may be the release's doing.
 */
export function controlOf(counts: StateCounts, opened: boolean): Control {
  if (opened) return NO_CONTROL;
  const silent = counts['waiting-silent'] ?? 0;
  return { devices: (counts.waiting ?? 0) + silent, silent };
}

export function addEvidence(a: Evidence, b: Evidence): Evidence {
  return {
    offered: a.offered + b.offered,
    pending: a.pending + b.pending,
    installed: a.installed + b.installed,
    proven: a.proven + b.proven,
    failed: a.failed + b.failed,
    rolledBack: a.rolledBack + b.rolledBack,
    silent: a.silent + b.silent,
  };
}

export function addControl(a: Control, b: Control): Control {
  return { devices: a.devices + b.devices, silent: a.silent + b.silent };
}
