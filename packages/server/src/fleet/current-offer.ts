/** What a device would be answered if it reported the same again now, by the judge's own rules. Changes nothing. */
import type { CheckIn, DeviceView } from '@tuesday/protocol';
import { ActiveRollouts } from '../ingest/active-rollouts.ts';
import { isOver } from '../ingest/ingest.ts';
import { chooseOffer, type Membership, nextTurn, untestedFor } from '../ingest/judgement.ts';
import { load, memberKey } from '../ingest/load.ts';
import type { CheckInReport } from '../ingest/report.ts';
import type { DeviceContext } from './devices.ts';

type Answer = DeviceView['offer'];

const none = (because: string): Answer => ({ kind: 'none', version: null, because, againAt: null });

export async function currentOffer(
  { pool, clock, stops }: Pick<DeviceContext, 'pool' | 'clock' | 'stops'>,
  device: string,
  body: CheckIn | null,
): Promise<Answer> {
  if (body === null) return none('It has not reported yet.');
  const report: CheckInReport = {
    kind: 'check-in',
    device,
    at: clock.now(),
    body,
    text: '',
    hash: Buffer.alloc(0),
  };
  const client = await pool.connect();
  try {
    const { rollouts, deviceHours } = await new ActiveRollouts().begin(client);
    const ids = rollouts.map(({ rollout }) => rollout);
    const { devices, members } = await load(client, [report], ids);
    const memberships = rollouts.flatMap((rollout): Membership[] => {
      const member = members.get(memberKey(device, rollout.rollout));
      if (!member || isOver(rollout, member)) return [];
      return [{ rollout, member, untested: untestedFor(rollout, report) }];
    });
    const terms = { memberships, deviceHours };
    const offer = chooseOffer(terms, devices.get(device)?.held ?? null, report);
    if (offer.kind === 'none') return { ...none(offer.because), againAt: nextTurn(terms, report) };
    const stopped = offer.kind === 'update' ? stops.sentenceOf(offer.rollout) : undefined;
    if (stopped !== undefined) return none(stopped);
    return { kind: offer.kind, version: offer.version, because: madeBecause(offer), againAt: null };
  } finally {
    await client.query('ROLLBACK').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
  }
}

function madeBecause({
  kind,
  version,
  rollout,
}: {
  kind: 'update' | 'recall';
  version: string;
  rollout: string;
}): string {
  return kind === 'recall'
    ? `It is sent back to ${version} by rollout ${rollout} when it checks in.`
    : `It is offered ${version} by rollout ${rollout} when it checks in.`;
}
