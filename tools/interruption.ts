/**
 * `npm run test:interruption`: cuts the power at every write of every loop, in every way, and says how many
 * cut points there were and how many ended well. `--json` prints one object; the status is 1 when one falls short.
 */
import { LOOPS } from '../packages/agent/src/testing/loops/all-loops.ts';
import { type LoopReport, playLoop } from '../packages/agent/src/testing/loops/play-loop.ts';
import { sumUp } from '../packages/agent/src/testing/loops/sum-up.ts';

const json = process.argv.includes('--json');
const say = (line: string) => void (json || process.stdout.write(`${line}\n`));

const loops: LoopReport[] = [];
for (const loop of LOOPS) {
  const report = await playLoop(loop);
  loops.push(report);
  const { name, writes, tried, bootable, onKnownVersion, truthfulReport, wrong } = report;
  say(
    `${name}: ${writes} writes, ${tried} cuts; ${bootable} bootable, ${onKnownVersion} on a known version, ${truthfulReport} truthful`,
  );
  for (const line of wrong) process.stderr.write(`  ${line}\n`);
}
const { sum, fallsShort } = sumUp(loops);
if (json) process.stdout.write(`${JSON.stringify({ ...sum, loops })}\n`);
else say(`all loops: ${JSON.stringify(sum)}`);
process.exit(fallsShort ? 1 : 0);
