/** What is typed into the plan of a campaign, and what it means. */
import { t } from '@lingui/core/macro';
import type { CampaignRoad, RouteBody } from '@tuesday/protocol';

export interface Typed {
  title: string;
  by: 'incident' | 'filter' | 'devices';
  incident: string;
  filter: string;
  devices: string;
  release: string;
  roads: readonly CampaignRoad[];
  visitsPerDay: string;
  waitHours: string;
  because: string;
}
export type Wrong = Partial<Record<keyof Typed, string>>;

const isWhole = (text: string, most: number) =>
  /^\d{1,6}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= most;

/** Ids, however they are separated. */
export const idsIn = (text: string) => text.split(/[\s,;]+/).filter((word) => word !== '');

/** Of the devices, the release and the roads: enough to ask which roads are open. */
export function wrongChoice(typed: Typed): Wrong {
  return {
    ...(typed.by === 'incident' && typed.incident === '' ? { incident: t`Choose the incident.` } : {}),
    ...(typed.by === 'filter' && typed.filter.trim() === ''
      ? { filter: t`Write a filter, for instance lastSeen<-2d.` }
      : {}),
    ...(typed.by === 'devices' && idsIn(typed.devices).length === 0
      ? { devices: t`Name at least one device.` }
      : {}),
    ...(typed.release === '' ? { release: t`Choose what they are to run.` } : {}),
    ...(typed.roads.length === 0 ? { roads: t`Leave at least one road.` } : {}),
    ...(isWhole(typed.visitsPerDay, 100_000) ? {} : { visitsPerDay: t`Type a whole number of at least 1.` }),
    ...(isWhole(typed.waitHours, 2_160) ? {} : { waitHours: t`Type whole hours, 1 to 2160.` }),
  };
}

export function wrongPlan(typed: Typed): Wrong {
  return {
    ...wrongChoice(typed),
    ...(typed.title.trim() === '' ? { title: t`Say in a few words what is to be mended.` } : {}),
    ...(typed.because.trim() === '' ? { because: t`Say why, in a sentence.` } : {}),
  };
}

export function choiceOf(typed: Typed): RouteBody<'previewRecovery'> {
  const by = {
    incident: { incident: typed.incident },
    filter: { filter: typed.filter.trim() },
    devices: { devices: [...new Set(idsIn(typed.devices))] },
  }[typed.by];
  return {
    ...by,
    release: typed.release,
    roads: [...typed.roads],
    visitsPerDay: Number(typed.visitsPerDay),
    waitHours: Number(typed.waitHours),
  };
}
