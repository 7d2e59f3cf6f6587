/** A service on loopback that keeps what it was sent and answers as a test says. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Listener extends AsyncDisposable {
  readonly url: string;
  readonly heard: Heard[];
  /** Answers the next requests; 200 when it is left alone. Not answering at all is an answer, too. */
  answer: (heard: Heard, response: ServerResponse) => void;
}

/** @param port 0: any free one */
export async function listener(port = 0): Promise<Listener> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const one = { method, path, headers, text: Buffer.concat(chunks).toString('utf8') };
      heard.push(one);
      made.answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const made: Listener = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    answer: (_, response) => response.end('ok'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
}

/** The body of what was heard. */
export function jsonOf(heard: Pick<Heard, 'text'> | undefined): Record<string, unknown> {
  return JSON.parse(heard?.text ?? 'null') as Record<string, unknown>;
}
