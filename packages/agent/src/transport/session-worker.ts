/** The program of the worker that holds one MQTT session. `isolated-session.ts` is the other side. */
import { parentPort, workerData } from 'node:worker_threads';
import { openSession } from './mqtt-session.ts';
import type { FromWorker, ToWorker } from './isolated-session.ts';
import type { SessionSettings } from './session.ts';

const port = parentPort;
if (port === null) throw new Error('this program is a worker');
const tell = (message: FromWorker) => port.postMessage(message);

const session = openSession(workerData as SessionSettings, {
  up: () => tell({ tell: 'up' }),
  message: (topic, payload) => tell({ tell: 'message', topic, payload }),
  notPublished: (request, because) => tell({ tell: 'not-published', request, because }),
  over: (how) => tell({ tell: 'over', how }),
});

port.on('message', (message: ToWorker) => {
  switch (message.do) {
    case 'publish':
      return session.publish(message.request, message.topic, message.payload);
    case 'end':
      return session.end(message.because);
    case 'beat':
      // Buffers are outside of the heap that the worker is limited to.
      return tell({ tell: 'alive', outsideHeap: process.memoryUsage().arrayBuffers });
  }
});
