/** What a handler of the route table is handed, and what it answers. */
import type { OrRefused, RouteAnswer, RouteName, routes } from '@tuesday/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import type * as z from 'zod';
import type { Actor } from '../../../audit/actor.ts';
import type { Principal } from '../../../identity/principal.ts';

type Schema<N extends RouteName, K extends 'params' | 'query' | 'body'> =
  (typeof routes)[N] extends Record<K, infer S> ? S : undefined;
type Parsed<S> = S extends z.ZodType
  ? z.output<S>
  : S extends 'bytes'
    ? Readable
    : S extends 'raw'
      ? string
      : undefined;

export interface Asked<N extends RouteName> {
  /** The actor of `principal`. */
  readonly actor: Actor;
  /** Nobody on routes that need no sign-in. */
  readonly principal: Principal;
  readonly params: Parsed<Schema<N, 'params'>>;
  readonly query: Parsed<Schema<N, 'query'>>;
  readonly body: Parsed<Schema<N, 'body'>>;
  /** Bytes of the body, where the sender announced them. */
  readonly length: number | undefined;
  /** When the request came, by the wall: for those that are answered within a time. */
  readonly since: number;
  /** For those that touch cookies, redirect, or hold the connection. */
  readonly http: { readonly request: FastifyRequest; readonly reply: FastifyReply };
}

/** A file instead of JSON. */
export interface FileAnswer {
  readonly file: string | Buffer | AsyncIterable<string>;
  readonly type: string;
  readonly name: string;
}

type Answer<N extends RouteName> = (typeof routes)[N]['answer'] extends 'text'
  ? OrRefused<FileAnswer>
  : (typeof routes)[N]['answer'] extends 'events' | 'redirect'
    ? OrRefused<object> | void
    : OrRefused<RouteAnswer<N>>;

export type Handler<N extends RouteName> = (asked: Asked<N>) => Promise<Answer<N>>;
/** The handlers of some routes. */
export type HandlersOf<N extends RouteName> = { readonly [K in N]: Handler<K> };
