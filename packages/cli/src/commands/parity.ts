/** Was a release tested where the fleet lives? */
import type { ParityValueView, ParityView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { EndsWith } from '../failures.ts';
import { span, table } from '../output.ts';

export function parityCommand(): Command {
  return does(
    leaf(
      'parity <release>',
      'What was tested of a release against what the fleet runs; ends with 3 on a gap',
      ['parity 3.2.5', 'parity 3.2.5 --json'],
    ),
    async ({ client, show }, version) => {
      const view = await client().call('viewParity', { params: { version } });
      show(view, describe);
      if (view.verdict === 'closed') throw new EndsWith(EXIT.refused);
    },
  );
}

function describe(view: ParityView): string {
  if (view.verdict === 'unasked')
    return 'The policy declares no dimension, so nobody asks: tuesday policy set with dimensions under parity.';
  const rows = view.values.map((one) => [
    one.dimension,
    one.value ?? '(not reported)',
    String(one.devices),
    percent(one),
    one.cover,
    one.testedAt === null ? '–' : `${span(view.at - one.testedAt)} ago`,
    one.soakSeconds === 0 ? '–' : span(one.soakSeconds * 1_000),
  ]);
  const verdict =
    view.verdict === 'open'
      ? `Open: ${view.release} was tested where the fleet lives.`
      : `Closed. ${view.because.join('\n')}`;
  return [
    table([['dimension', 'value', 'devices', 'share', 'cover', 'tested', 'soak'], ...rows]),
    '',
    verdict,
  ].join('\n');
}

/** A share is never rounded to nothing. */
function percent({ share }: ParityValueView): string {
  return share > 0 && share < 0.0001 ? '< 0.01 %' : `${Math.round(share * 10_000) / 100} %`;
}
