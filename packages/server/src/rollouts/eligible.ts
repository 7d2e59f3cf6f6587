/** Which devices a release is for. */
import { type CheckIn, compareVersions, type ReleaseManifest } from '@tuesday/protocol';
import { versionOf } from '@tuesday/rollout';

export interface Candidate {
  readonly hardware: string;
  readonly held: string | null;
  readonly report: CheckIn | null;
}

export interface Terms {
  readonly release: ReleaseManifest;
  readonly wayBack: string;
  /** Models for which both the release and its way back have an artifact. */
  readonly hardware: ReadonlySet<string>;
}

export function termsOf(release: ReleaseManifest, wayBack: ReleaseManifest): Terms {
  const back = new Set(wayBack.artifacts.map(({ hardware }) => hardware));
  const both = release.artifacts.map(({ hardware }) => hardware).filter((model) => back.has(model));
  return { release, wayBack: wayBack.version, hardware: new Set(both) };
}

/**
 * A device that would refuse the offer, or could not go back, is no member: it would only blur the evidence.
 * Nor is one that never reported, because nobody knows what it is like.
 */
export function isEligible({ hardware, held, report }: Candidate, terms: Terms): boolean {
  const { version, floor } = terms.release;
  const running = report === null ? undefined : versionOf(report);
  if (report === null || running === undefined || held !== null) return false;
  if (!terms.hardware.has(hardware)) return false;
  // What it went back from it refuses, be it the release or its way back.
  if (report.rolledBackFrom.includes(version) || report.rolledBackFrom.includes(terms.wayBack)) return false;
  return (
    compareVersions(running, version) < 0 && (floor === undefined || compareVersions(running, floor) >= 0)
  );
}
