/** The relay story as data: what is assumed, with its sources. `docs/incidents/friday.md` repeats it in words. */
import { relayConfigSchema } from '@tuesday/agent';
import type { Instant } from '@tuesday/protocol';
import type { Limits } from './giving.ts';
import type { Geometry } from './neighbourhood.ts';
import type { Loss } from './transfer-time.ts';

/**
 * relay: the server, the link, the mesh, as the agent has them. http-only: the server alone. chapter: nobody seeks;
 * neighbours bring firmware to 87 % from Saturday 20:00 on, as the incident has it.
 */
export type Roads = 'relay' | 'http-only' | 'chapter';

export interface RelaySetup {
  readonly roads: Roads;
  readonly begins: Instant;
  readonly publishedAt: Instant;
  readonly ends: Instant;
  readonly affectedShare: number;
  /** Of the affected: without any route to the server. */
  readonly withoutUplink: number;
  /** Whether households where 3.2.5 works give, too. */
  readonly othersGive: boolean;
  readonly geometry: Geometry;
  readonly loss: Loss;
  readonly imageBytes: number;
  /** All metadata, deflated. */
  readonly metadataBytes: number;
  readonly limits: Limits & { readonly bytesPerSecond: number; readonly refreshSeconds: number };
}

const at = (text: string): Instant => Date.parse(text);

export const RECOVERY = '3.2.6';

export const FRIDAY_WITH_RELAY: RelaySetup = {
  roads: 'relay',
  begins: at('2026-11-20T18:00:00Z'),
  publishedAt: at('2026-11-21T14:00:00Z'),
  ends: at('2026-11-23T00:00:00Z'),
  affectedShare: 0.15,
  withoutUplink: 0.5,
  othersGive: true,
  geometry: {
    townMean: 200,
    density: [300, 5_000],
    marketShare: 0.05,
    meshMetres: 75,
    meshHops: 3,
    linkMetres: 10,
  },
  loss: '10 %',
  imageBytes: 512 * 1_024,
  metadataBytes: 4_096,
  limits: relayConfigSchema.parse({}),
};
