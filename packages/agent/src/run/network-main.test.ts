import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'agent-main-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(network: object): Promise<{ code: number | null; said: string }> {
  const file = join(folder, 'agent.json');
  const rootFile = join(folder, 'root.json');
  const facts = {
    folder: join(folder, 'device'),
    server: 'https://ota.example',
    device: 'd1',
    hardware: 'th-1',
  };
  writeFileSync(file, JSON.stringify({ ...facts, rootFile, network }));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--config', file]);
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

test.each([
  [
    'an address that is none',
    { mqtt: { url: 'ftp://x' } },
    /config-invalid: network\.mqtt\.url: must start with/,
  ],
  [
    'a file that is not there',
    { tls: { caFile: '/none.pem' } },
    /config-invalid: network\.tls\.caFile: .*ENOENT/,
  ],
])(
  'an agent whose network section names %s does not start, and names the field',
  async (_, network, words) => {
    const { code, said } = await run(network);
    expect(said).toMatch(words);
    expect(code).toBe(2);
  },
);
