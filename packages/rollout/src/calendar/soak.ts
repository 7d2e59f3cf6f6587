/** How long a stage soaks. */
import { type DeviceHours, type Plan, toMillis } from '@tuesday/protocol';
import { longestWait } from './device-hours.ts';

/**
 * From the opening of a stage to the end of its soak for the device that meets its offer last, in milliseconds: its
 * pace, the longest wait for a device's own hours, and the soak. Of the hold-out: the plan's watch.
 */
export function soakOf(
  plan: Pick<Plan, 'stages' | 'watch'>,
  stage: number,
  deviceHours: DeviceHours | null | undefined,
): number {
  const described = plan.stages[stage];
  if (!described) return toMillis(plan.watch);
  return toMillis(described.pace) + longestWait(deviceHours) + toMillis(described.soak);
}
