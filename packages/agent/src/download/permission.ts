/** Whether the device may download now: by the hours of the day, and by what its link costs. */
import type { Clock } from '@tuesday/protocol';
import { closedUntil } from './hours.ts';
import type { IsMetered } from './metered-link.ts';
import type { DownloadSettings } from './settings.ts';

/** @returns a sentence saying why not, and until when; undefined when it may */
export type WhyNotNow = (bytesLeft: number) => Promise<string | undefined>;

/**
 * @param urgent a recall or a recovery release, which waits for nothing unless the settings say so
 * @param isMetered undefined when nobody is to be asked
 */
export function permission(
  settings: Pick<DownloadSettings, 'hours' | 'zone' | 'metered' | 'urgentWaits'>,
  clock: Clock,
  isMetered: IsMetered | undefined,
  urgent: boolean,
): WhyNotNow {
  const { hours, metered, urgentWaits } = settings;
  const zone = () => settings.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (urgent && !urgentWaits) return () => Promise.resolve(undefined);
  return async (bytesLeft) => {
    // Asking for a zone and for a time in it is dear, and most devices have no hours.
    const opens = hours.length === 0 ? undefined : closedUntil(hours, zone(), clock.now());
    if (opens !== undefined)
      return `It is outside the hours for downloads; it goes on at ${opens} in ${zone()}.`;
    if (metered === undefined || metered.allow === 'always') return undefined;
    if ((await isMetered?.()) !== true) return undefined;
    if (metered.allow === 'never') return 'The link is metered; it goes on when it is not.';
    const { belowBytes } = metered.allow;
    if (bytesLeft < belowBytes) return undefined;
    return `The link is metered and ${bytesLeft} bytes are to come, not below ${belowBytes}; it goes on when it is not metered.`;
  };
}
