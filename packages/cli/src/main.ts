/** `tuesday`. */
import { setFlagsFromString } from 'node:v8';
import { report } from './failures.ts';
import { buildProgram } from './program.ts';

// docs/adr/0032-no-maglev.md: a compiler of the runtime that now and then computes something else.
setFlagsFromString('--no-maglev');

const args = process.argv.slice(2);
// A reader that goes away (`| head`) ends the command, quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
try {
  const program = await buildProgram(args[0]);
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = report(error, args.includes('--json'));
}
