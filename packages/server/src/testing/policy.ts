/** Rules for tests that are about something else: nobody has to watch, nobody has to consent. */
import type { PolicyInput } from '@tuesday/protocol';

/** @param calendar all week in UTC when left out */
export function freeHands(calendar: PolicyInput['calendar'] = allWeek): PolicyInput {
  return { calendar, watch: { required: false }, approvals: { needed: 0 } };
}

const allWeek: PolicyInput['calendar'] = {
  zone: 'UTC',
  windows: [
    {
      days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
      from: '00:00',
      to: '24:00',
    },
  ],
};
