/**
 * The agent as `tuesday conformance` starts a client: its settings come from the environment (docs/clients.md), and
 * this process becomes the agent.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const given = (name) => process.env[`TUESDAY_${name}`] ?? '';
const file = join(given('DATA'), 'agent.json');
writeFileSync(
  file,
  JSON.stringify({
    folder: join(given('DATA'), 'device'),
    server: given('SERVER'),
    device: given('DEVICE'),
    hardware: given('HARDWARE'),
    fleetKeyFile: given('FLEET_KEY_FILE'),
    rootFile: given('ROOT_FILE'),
    factory: {
      bundleFile: given('FACTORY_FILE'),
      facts: JSON.parse(readFileSync(given('FACTORY_FACTS_FILE'), 'utf8')),
    },
  }),
);
const main = fileURLToPath(new URL('../../../packages/agent/src/run/main.ts', import.meta.url));
process.execve(process.execPath, [process.execPath, '--no-warnings', main, '--config', file], process.env);
