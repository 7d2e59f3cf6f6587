/** Requests that wait for their answer, by the id that comes back in it. */
import type { Answer } from './transport.ts';

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly timeout: AbortSignal;
  readonly onTimeout: () => void;
}

export class Pending {
  readonly #limitMillis: number;
  readonly #waiting = new Map<string, Waiting>();

  /** @param limitMillis real milliseconds until a request without an answer is rejected */
  constructor(limitMillis: number) {
    this.#limitMillis = limitMillis;
  }

  add(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timeout = AbortSignal.timeout(this.#limitMillis);
      const onTimeout = () => this.reject(request, `no answer for ${this.#limitMillis / 1_000} s`);
      timeout.addEventListener('abort', onTimeout, { once: true });
      this.#waiting.set(request, { resolve, reject, timeout, onTimeout });
    });
  }

  resolve(request: string, answer: Answer): void {
    this.#take(request)?.resolve(answer);
  }

  reject(request: string, because: string): void {
    this.#take(request)?.reject(new Error(because));
  }

  rejectAll(because: string): void {
    for (const request of this.#waiting.keys()) this.reject(request, because);
  }

  #take(request: string): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(request);
    waiting.timeout.removeEventListener('abort', waiting.onTimeout);
    return waiting;
  }
}
