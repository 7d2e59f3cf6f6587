/** Gives to neighbours over HTTP. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Answers, type AnswersOptions } from './answers.ts';

/** Real milliseconds that a neighbour may take to ask, and to take a piece. */
const PATIENCE = 20_000;

export class LanGiver {
  readonly #server: Server;
  readonly #answers: Answers;

  constructor(options: AnswersOptions) {
    this.#answers = new Answers(options);
    this.#server = createServer(
      { requestTimeout: PATIENCE, headersTimeout: PATIENCE },
      (request, response) => {
        this.#answers.answer(request, response).catch((error: unknown) => {
          options.log('relay-broke-off', { because: (error as Error).message });
          response.destroy();
        });
      },
    );
    this.#server.maxConnections = 32;
    this.#server.setTimeout(PATIENCE, (socket) => socket.destroy());
  }

  /** @returns the port */
  async start(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#answers.stop();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
