/** What speaks for and against starting, as lines; industry figures stand apart, with their source. */
import type { RiskView } from '@tuesday/protocol';
import { table } from './output.ts';

const SIGNS = { calm: 'calm', note: 'note', high: 'HIGH', unknown: '?' } as const;

export function describeRisk({ facts, context }: RiskView): string {
  const figures = context.map(({ figure, source }) => `${figure} (${source})`);
  return [
    table(facts.map(({ what, level, because }) => [SIGNS[level], what, because])),
    ...(figures.length === 0 ? [] : ['', 'For context, not about this rollout:', ...figures]),
  ].join('\n');
}

/** Only what is worth a second look. */
export function riskLines({ facts }: RiskView): string[] {
  return facts
    .filter(({ level }) => level !== 'calm')
    .map(({ what, level, because }) => `risk: ${SIGNS[level]}  ${what}: ${because}`);
}
