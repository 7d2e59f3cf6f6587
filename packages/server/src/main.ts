/** The server process: settings in, one JSON line on stdout when ready, an orderly end on SIGINT or SIGTERM. */
import { setFlagsFromString } from 'node:v8';
import { wallClock } from '@tuesday/protocol';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { holdDataFolder } from './data-folder.ts';
import { startServer } from './server.ts';

// docs/adr/0032-no-maglev.md: a compiler of the runtime that now and then computes something else.
setFlagsFromString('--no-maglev');

/** Exit codes: 0 asked to end, 1 broke, 2 a setting does not parse. */
async function main(): Promise<number> {
  const config = readConfig(process.argv.slice(2), process.env);
  if ('problem' in config) return say(config.problem, 2);
  const folder = await holdWithin(config.dataFolder, config.lockWaitSeconds * 1_000);
  if ('problem' in folder) return say(folder.problem, 1);
  const log = pino({ level: process.env['TUESDAY_LOG'] ?? 'warn' }, pino.destination({ fd: 2, sync: true }));
  const asked = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(undefined));
    // Whoever started this process over a channel has gone, however that came.
    process.once('disconnect', () => resolve(undefined));
    // The channel alone must not keep this process going.
    process.channel?.unref();
  });
  const server = await startServer({ ...config, dataFolder: folder.path }, log, Math.random);
  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url, mqtt: server.mqtt })}\n`);
  const broken = await Promise.race([asked, server.broken]);
  if (broken) process.stderr.write(`${broken.message}\n`);
  await server.stop();
  await folder.release();
  return broken ? 1 : 0;
}

/** The folder, or why not, after waiting for a server that is on its way out. */
async function holdWithin(path: string, millis: number): ReturnType<typeof holdDataFolder> {
  const clock = wallClock();
  const until = clock.now() + millis;
  for (;;) {
    const folder = await holdDataFolder(path);
    if (!('problem' in folder) || clock.now() >= until) return folder;
    await clock.sleep(250);
  }
}

function say(line: string, code: number): number {
  process.stderr.write(`${line}\n`);
  return code;
}

process.exitCode = await main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return say(`${error instanceof Error ? error.message : String(error)}${cause}`, 1);
});
