/** What a client does with a broker. One that speaks HTTP only has nothing to show here. */
import type { Bench } from '../bench.ts';
import { type Case, Fails, NotShown } from '../case.ts';
import { topics } from '@tuesday/protocol';

/** Waits for a subscription for as long as some check-ins over HTTP take. */
async function subscribed(bench: Bench): Promise<NonNullable<Bench['broker']>> {
  const { broker } = bench;
  bench.client.start();
  await bench.until('two check-ins', () => bench.checkIns.length >= 2);
  const has = () => broker?.subscribed.has(topics.announcements) === true;
  if (!has()) await bench.until('two more check-ins', () => has() || bench.checkIns.length >= 4);
  if (broker === undefined || !has()) throw new NotShown('it does not use MQTT.');
  return broker;
}

export const mqttCases: readonly Case[] = [
  {
    name: 'hears-announcements',
    sentence: 'It checks in soon after an announcement, however long its poll interval is.',
    read: 'MQTT',
    mqtt: true,
    async run(bench) {
      const broker = await subscribed(bench);
      bench.plane.pollAfterSeconds = bench.pollSeconds(60);
      await bench.nextCheckIn();
      // What was answered is with the client by then.
      await bench.clock.sleep(bench.polls(0.3));
      broker.announce(bench.pollSeconds(2));
      await bench.nextCheckIn(bench.polls(5));
      return 'it checked in long before its poll was due.';
    },
  },
  {
    name: 'falls-back-to-http',
    sentence: 'When the broker is gone it goes on over HTTP.',
    read: 'MQTT',
    mqtt: true,
    async run(bench) {
      const broker = await subscribed(bench);
      await broker.close();
      const from = bench.clock.now();
      const over = () => bench.checkIns.find(({ via, at }) => via === 'http' && at > from);
      await bench.until('a check-in over HTTP', over);
      const { body } = await bench.nextCheckIn();
      if (body.transport !== 'http') throw new Fails(`over HTTP it reports transport ${body.transport}.`);
      return 'it checked in over HTTP, and says so.';
    },
  },
];
