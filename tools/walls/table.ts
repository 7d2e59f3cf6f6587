/** The walls of the house: which package may import which. The only place where this is written down. */
export const WALLS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  trust: ['protocol'],
  rollout: ['protocol'],
  server: ['protocol', 'trust', 'rollout'],
  agent: ['protocol'],
  simulator: ['protocol', 'agent', 'rollout'],
  matrix: ['protocol', 'trust', 'rollout'],
  cli: ['protocol', 'trust', 'simulator', 'matrix'],
  web: ['protocol', 'simulator'],
  e2e: ['protocol', 'trust', 'rollout', 'server', 'agent', 'simulator', 'matrix', 'cli', 'web'],
};

/** Parts of a package that may be imported by themselves, where the whole of it would weigh too much. */
export const PARTS: readonly string[] = [
  '@tuesday/protocol/clock',
  '@tuesday/protocol/files',
  '@tuesday/protocol/manifest',
  '@tuesday/simulator/rehearsal',
  '@tuesday/simulator/what-if',
];

/** Tests may lean on one more neighbour where the real counterpart is the best witness. */
export const TEST_EXTRA: Readonly<Record<string, readonly string[]>> = {
  agent: ['trust'],
  simulator: ['trust'],
};

/** External packages that only tests may import, from anywhere. */
export const TEST_TOOLS: readonly string[] = [
  'vitest',
  'fast-check',
  'playwright-core',
  'axe-core',
  'tuf-js',
  'aedes',
  'mqtt',
  'smtp-server',
  'oidc-provider',
];

/** The table as Markdown, for ARCHITECTURE.md. */
export function wallsMarkdown(): string {
  const names = Object.keys(WALLS);
  const rows = names.map(
    (name) =>
      `| \`${name}\` | ${(WALLS[name] ?? []).map((other) => `\`${other}\``).join(', ') || 'nothing of ours'} |`,
  );
  return ['| package | may import |', '|---|---|', ...rows].join('\n');
}
