/** When each device was last heard, written in bulk: a poll that says nothing new costs no write of its own. */
import type { Instant } from '@tuesday/protocol';
import type { Pool } from 'pg';
import { plainArray, textArray } from '../db/text-array.ts';

const CHUNK = 20_000;

const FLUSH = {
  name: 'flush-contacts',
  text: `INSERT INTO contacts AS c (device, last_seen) SELECT * FROM unnest($1::text[], $2::bigint[])
    ON CONFLICT (device) DO UPDATE SET last_seen = excluded.last_seen WHERE c.last_seen < excluded.last_seen`,
};

export class Contacts {
  readonly #pool: Pool;
  #heard = new Map<string, Instant>();
  #flushing: Promise<void> = Promise.resolve();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  heard(device: string, at: Instant): void {
    this.#heard.set(device, at);
  }

  /** Writes what was heard so far. What could not be written is kept for the next time. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(
      () => this.#write(),
      () => this.#write(),
    );
    return this.#flushing;
  }

  async #write(): Promise<void> {
    const taken = this.#heard;
    this.#heard = new Map();
    // One order everywhere, so that two servers never wait in a circle.
    const rows = [...taken].sort(([a], [b]) => (a < b ? -1 : 1));
    try {
      for (let from = 0; from < rows.length; from += CHUNK) {
        const chunk = rows.slice(from, from + CHUNK);
        await this.#pool.query({
          ...FLUSH,
          values: [textArray(chunk.map(([device]) => device)), plainArray(chunk.map(([, at]) => at))],
        });
      }
    } catch (cause) {
      for (const [device, at] of taken) if (!this.#heard.has(device)) this.#heard.set(device, at);
      throw cause;
    }
  }
}
