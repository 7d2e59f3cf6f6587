/** What one line of the route table says. */
import type * as z from 'zod';
import type { Permission } from '../people.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /**
   * What whoever asks must be allowed. self: anybody who is signed in, about themselves. open: no sign-in.
   * installation: only the token that the first run left in the data folder.
   */
  readonly needs: Permission | 'self' | 'open' | 'installation';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** `'bytes'` is an `application/octet-stream` upload; `'raw'` is text as it came, for what is signed. */
  readonly body?: z.ZodType | 'bytes' | 'raw';
  /** Most bytes of a raw body; 64 KiB when left out. */
  readonly limit?: number;
  /** `'events'` is a stream of server-sent events, each the JSON of `event`; `'text'` is a file; `'redirect'` sends a browser on. */
  readonly answer: z.ZodType | 'events' | 'text' | 'redirect';
  readonly event?: z.ZodType;
}
