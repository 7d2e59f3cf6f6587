import { TRANSITIONS } from './transitions.ts';

/** The rollout machine as Markdown, printed from `TRANSITIONS`. */
export function machineMarkdown(): string {
  const edges = Object.entries(TRANSITIONS).flatMap(([from, out]) =>
    Object.entries(out).map(([event, to]) => ({ from, event, to })),
  );
  const diagram = edges.map(({ from, event, to }) => `  ${from} --> ${to}: ${event}`);
  const rows = edges.map(({ from, event, to }) => `| ${from} | ${event} | ${to} |`);
  return `# The rollout machine\n\nPrinted from \`packages/rollout/src/transitions.ts\`. What is not here cannot happen.\n\n\`\`\`mermaid\nstateDiagram-v2\n  [*] --> draft\n${diagram.join('\n')}\n\`\`\`\n\n| in phase | event | next phase |\n|---|---|---|\n${rows.join('\n')}\n`;
}
