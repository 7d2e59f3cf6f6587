/** A what-if in a sentence, for whoever did not write it. */
import type { WhatIf } from './what-if.ts';

const percent = (share: number) => `${Number((share * 100).toPrecision(3))} %`;

export function whatIfWords(whatIf: WhatIf): string {
  return `${[harmWords(whatIf), ...roundabout(whatIf)].join('; ')}.`;
}

function harmWords({ harm, share, slice, after, heals }: WhatIf): string {
  if (harm === 'none') return 'The release is good';
  const who = slice === null ? 'devices' : `devices with ${slice.attribute} = ${slice.value}`;
  const struck =
    share === 1 ? (slice === null ? 'all devices' : `all ${who}`) : `${percent(share)} of ${who}`;
  const hours = after.from === after.to ? `${after.from}` : `${after.from} to ${after.to}`;
  const healing = heals > 0 ? `, and ${percent(heals)} of them go back by themselves` : '';
  const what = {
    silent: `fall silent ${hours} h after the update`,
    code: `report an error ${hours} h after the update`,
    'install-fails': 'fail to install it',
  }[harm];
  return `${struck[0]?.toUpperCase()}${struck.slice(1)} ${what}${healing}`;
}

function roundabout({ down, away, start, stages, bounds, people }: WhatIf): string[] {
  return [
    ...(start === 'friday' ? ['it starts on Friday at 17:30, outside every window'] : []),
    ...(stages === 'at-once' ? ['everybody gets it at once'] : []),
    ...(bounds === null
      ? ['nothing halts by itself']
      : bounds > 1
        ? [`bounds are ${bounds} times looser`]
        : []),
    ...(down === null ? [] : [`the server is away for ${down.hours} h, from hour ${down.at} on`]),
    ...(away === null ? [] : [`${percent(away)} of the fleet is away at any time`]),
    ...(people === null ? ['nobody sends the fleet back'] : []),
    ...(typeof people === 'number' ? [`people send the fleet back after ${people} h`] : []),
  ];
}
