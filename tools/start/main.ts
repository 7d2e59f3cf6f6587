/** `npm start`: the control plane on embedded defaults, and the Friday demo unless told otherwise. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { formatClock } from '@tuesday/protocol';
import { buildConsole } from './console-build.ts';
import { consoleAddress } from './console-address.ts';
import { rememberDemoClock, resumeDemoClock } from './demo-clock.ts';
import { parseOptions, type StartOptions, USAGE } from './options.ts';
import { end, startDemo, startServer } from './processes.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

function freePort(from: number): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' && from > 0 && from < 65_535 ? done(freePort(from + 1)) : fail(error),
    );
    probe.listen(from, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(address && typeof address === 'object' ? address.port : from));
    });
  });
}

async function main(options: StartOptions): Promise<number> {
  buildConsole();
  const top = resolve(options.data);
  // Accelerated and real time never share a folder.
  const data = join(top, options.demo ? 'demo' : 'live');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const environment: Record<string, string> = {};
  const clockFile = join(data, 'clock.json');
  const clock = options.demo ? resumeDemoClock(clockFile, Date.now(), options.rate) : undefined;
  if (clock) environment['TUESDAY_CLOCK'] = formatClock(clock);

  const port = await freePort(options.port);
  // Devices learn the broker's address when they enrol, so it stays the same over restarts where it can.
  if (port > 0) environment['TUESDAY_MQTT_PORT'] = String(await freePort(Math.min(port + 1, 65_535)));
  const server = await startServer(data, port, environment);
  const serverGone = new Promise<string>((done) =>
    server.child.once('exit', (code) => done(`the control plane ended (exit ${code})`)),
  );
  const { token } = JSON.parse(readFileSync(join(data, 'operator.json'), 'utf8')) as { token: string };
  writeFileSync(join(top, 'current.json'), JSON.stringify({ server: server.ready.url, token }), {
    mode: 0o600,
  });

  say('');
  const address = consoleAddress(server.ready.url, process.env['TUESDAY_PUBLIC_URL']);
  say(`  Tuesday    ${address}/`);
  say(`  sign in    ${address}/#token=${token}`);
  say(`  API        ${address}/docs`);
  say(`  data       ${data}`);
  say(`  CLI        npx tuesday status`);
  say('');
  if (clock)
    say(
      `  The Friday demo: ${options.devices} real agents; an hour takes ${3_600 / options.rate} seconds. (npm start -- --no-demo starts empty, in real time.)\n`,
    );
  else
    say(
      '  Next: npx tuesday keys init --dir keys, npx tuesday keys install --dir keys, npx tuesday release create --help\n',
    );

  const { mqtt } = server.ready;
  const fleetEnvironment = mqtt === undefined ? environment : { ...environment, TUESDAY_MQTT: mqtt };
  const demo = clock ? startDemo(data, options.devices, fleetEnvironment) : undefined;
  const remember = clock ? setInterval(() => rememberDemoClock(clockFile, clock), 1_000) : undefined;
  const demoGone = new Promise<string>((done) =>
    demo?.once('exit', (code) => done(`the demo ended (exit ${code})`)),
  );
  const asked = new Promise<undefined>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => done(undefined));
    process.once('disconnect', () => done(undefined));
    // The channel alone must not keep this process going.
    process.channel?.unref();
  });

  const why = await Promise.race([asked, serverGone, demoGone]);
  if (why !== undefined) process.stderr.write(`${why}; stopping\n`);
  clearInterval(remember);
  if (clock) rememberDemoClock(clockFile, clock);
  if (demo) await end(demo, 10_000);
  await end(server.child, 20_000);
  say('Stopped. npm start goes on where it was.');
  return why === undefined ? 0 : 1;
}

const options = parseOptions(process.argv.slice(2));
if ('help' in options) say(USAGE);
else if ('problem' in options) {
  process.stderr.write(`${options.problem}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  process.exitCode = await main(options).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
}
