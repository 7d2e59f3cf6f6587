import { parseClock } from '@tuesday/protocol';
import { Command, InvalidArgumentError } from 'commander';
import { runDemo } from './run-demo.ts';

/** `tuesday demo`: the Friday story on a control plane that runs on this machine. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Play the Friday story on a control plane that runs here: real agents, two releases, one rollout',
    )
    .requiredOption('--data <folder>', 'data folder of the control plane')
    .option('--devices <number>', 'how many agents', wholeNumber, 240)
    .addHelpText(
      'after',
      '\nExample:\n  $ tuesday demo --data tuesday-data/demo --devices 240\n\nTUESDAY_CLOCK shares an accelerated clock with the control plane; TUESDAY_MQTT says where its MQTT is now.',
    )
    .action(async ({ data, devices }: { data: string; devices: number }) => {
      const stop = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.once(name, () => stop.abort(new Error(name)));
      }
      // Whoever started this process over a channel has gone, however that came.
      process.once('disconnect', () => stop.abort(new Error('disconnect')));
      // The channel alone must not keep this process going.
      process.channel?.unref();
      await runDemo({
        data,
        devices,
        mqtt: process.env['TUESDAY_MQTT'],
        clock: parseClock(process.env['TUESDAY_CLOCK']),
        random: Math.random,
        signal: stop.signal,
        say: (line) => console.log(`  ${line}`),
      });
    });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1_000) {
    throw new InvalidArgumentError('must be a whole number from 1 to 1000');
  }
  return value;
}
