import { createHash } from 'node:crypto';
import { type Environment, type ErrorCode, targetPath, type TargetCustom } from '@tuesday/protocol';
import type { SignedTarget } from '../core/journal.ts';

/** How firmware behaves once it has been started. */
export interface PretendBehaviour {
  /** It never starts. */
  readonly startFails?: boolean;
  /** It starts, and ends by itself after so long. */
  readonly exitsAfterMillis?: number;
  readonly exitCode?: number;
  /** What it raises when it ends, and while it is unhealthy. */
  readonly errorCode?: ErrorCode;
  /** Its health checks fail from so long after its start on. */
  readonly unhealthyAfterMillis?: number;
  /** Its connection is down from so long after its start on. */
  readonly offlineAfterMillis?: number;
}

export interface PretendRelease {
  readonly signed: SignedTarget;
  readonly target: string;
  /** What is written to flash, in this order. */
  readonly chunks: readonly string[];
  readonly behaves: (environment: Environment) => PretendBehaviour;
}

const CHUNKS = 3;

export function pretendRelease(
  version: string,
  more: {
    readonly hardware?: string;
    readonly securityVersion?: number;
    readonly floor?: string;
    /** Version of the signed way back. */
    readonly wayBack?: string;
    readonly recovery?: true;
    readonly behaves?: PretendRelease['behaves'];
  } = {},
): PretendRelease {
  const hardware = more.hardware ?? 'th-2';
  const chunks = Array.from(
    { length: CHUNKS },
    (_, index) => `firmware ${version} for ${hardware}, part ${index}`,
  );
  const custom: TargetCustom = {
    tuesday: 1,
    version,
    hardware,
    securityVersion: more.securityVersion ?? 0,
    ...(more.recovery === undefined ? {} : { recovery: more.recovery }),
    ...(more.floor === undefined ? {} : { floor: more.floor }),
    ...(more.wayBack === undefined
      ? {}
      : { wayBack: { version: more.wayBack, target: targetPath(more.wayBack, hardware) } }),
  };
  return {
    target: targetPath(version, hardware),
    chunks,
    signed: { length: chunks.join('').length, sha256: digestOf(chunks), custom },
    behaves: more.behaves ?? (() => ({})),
  };
}

export function digestOf(chunks: readonly (string | undefined)[]): string {
  return createHash('sha256').update(chunks.join('')).digest('hex');
}
