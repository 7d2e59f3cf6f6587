/**
 * The operator API as one table: the server registers it, the CLI and the console derive their types from
 * it, the OpenAPI document is printed from it.
 */
import type * as z from 'zod';
import type { Route } from './route.ts';
import { auditRoutes } from './routes/audit.ts';
import { codeRoutes } from './routes/codes.ts';
import { consentRoutes } from './routes/consent.ts';
import { deviceRoutes } from './routes/devices.ts';
import { filterRoutes } from './routes/filters.ts';
import { identityRoutes } from './routes/identity.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { noticeRoutes } from './routes/notices.ts';
import { parityRoutes } from './routes/parity.ts';
import { placeRoutes } from './routes/places.ts';
import { recoveryRoutes } from './routes/recoveries.ts';
import { registerRoutes } from './routes/register.ts';
import { releaseRoutes } from './routes/releases.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { scheduleRoutes } from './routes/schedule.ts';

export const routes = {
  ...identityRoutes,
  ...placeRoutes,
  ...releaseRoutes,
  ...parityRoutes,
  ...deviceRoutes,
  ...filterRoutes,
  ...codeRoutes,
  ...scheduleRoutes,
  ...rolloutRoutes,
  ...consentRoutes,
  ...incidentRoutes,
  ...recoveryRoutes,
  ...registerRoutes,
  ...noticeRoutes,
  ...auditRoutes,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
type Field<R, K extends string> = R extends Record<K, infer S> ? S : never;
type Given<S> = [S] extends [never]
  ? undefined
  : S extends z.ZodType
    ? z.input<S>
    : S extends 'bytes'
      ? Uint8Array
      : S extends 'raw'
        ? string
        : undefined;
export type RouteParams<N extends RouteName> = Given<Field<(typeof routes)[N], 'params'>>;
export type RouteQuery<N extends RouteName> = Given<Field<(typeof routes)[N], 'query'>>;
export type RouteBody<N extends RouteName> = Given<Field<(typeof routes)[N], 'body'>>;
export type RouteAnswer<N extends RouteName> = (typeof routes)[N]['answer'] extends z.ZodType
  ? z.output<(typeof routes)[N]['answer']>
  : never;
