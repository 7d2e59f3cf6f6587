/** Recovery campaigns, as the operator API speaks of them. */
import * as z from 'zod';
import { environmentSchema } from '../environment.ts';
import { deviceIdSchema, instantSchema, versionSchema } from '../ids.ts';
import { refusalSchema } from '../refusals.ts';
import { filterTextSchema } from './filters.ts';

const becauseSchema = z.string().trim().min(1, 'say why, in a sentence').max(1_000);

/** Most devices of one campaign. */
export const CAMPAIGN_LIMIT = 20_000;

/** draft: nothing happens yet. running: roads are tried. finished: nobody waits. stopped: by a person, with a reason. */
export const campaignStateSchema = z.enum(['draft', 'running', 'finished', 'stopped']);
export type CampaignState = z.infer<typeof campaignStateSchema>;

/**
 * What may bring a device back. http: it is heard by the server itself. relay: devices in contact hear it on the link.
 * rescue: it looks by itself, and a signed recovery release is there for it. technician: somebody drives there.
 */
export const campaignRoadSchema = z.enum(['http', 'relay', 'rescue', 'technician']);
export type CampaignRoad = z.infer<typeof campaignRoadSchema>;

/**
 * Where a device of a campaign stands; each is exactly one. waiting: not heard since the start. heard: in contact since
 * then, and not well. healed: in contact since then, and well. technician: on the list. visited: somebody was there, and
 * it was not heard since. given-up: nobody tries any more.
 */
export const campaignStandingSchema = z.enum([
  'waiting',
  'heard',
  'technician',
  'visited',
  'healed',
  'given-up',
]);
export type CampaignStanding = z.infer<typeof campaignStandingSchema>;

/**
 * By what a device was healed. http: took a release from the server. relay: from a neighbour. technician: after a visit.
 * itself: is well without having taken anything. unsaid: took a release and does not say from where.
 */
export const healedBySchema = z.enum(['http', 'relay', 'technician', 'itself', 'unsaid']);
export type HealedBy = z.infer<typeof healedBySchema>;

const choiceShape = {
  /** Its harmed devices that are not well. */
  incident: z.string().min(1).max(64).optional(),
  /** Those that fit, in the language of filters. */
  filter: filterTextSchema.min(1, 'write a filter').optional(),
  devices: z
    .array(deviceIdSchema)
    .min(1, 'name at least one device')
    .max(CAMPAIGN_LIMIT, `a campaign has at most ${CAMPAIGN_LIMIT} devices`)
    .optional(),
  /** The recovery release, or the way back, that they are to run. */
  release: versionSchema,
  /** In the order in which they are counted on. */
  roads: z
    .array(campaignRoadSchema)
    .min(1, 'name at least one road')
    .max(4)
    .refine((roads) => new Set(roads).size === roads.length, 'name each road once')
    .default(['http', 'relay', 'rescue', 'technician']),
  /** How many visits technicians make in 24 hours. */
  visitsPerDay: z.int().min(1).max(100_000).default(10),
  /** So many hours after the start neighbours and rescue are no longer counted on. */
  waitHours: z.int().min(1).max(2_160).default(24),
};

interface Chosen {
  incident?: string | undefined;
  filter?: string | undefined;
  devices?: readonly string[] | undefined;
}
const isOneChoice = ({ incident, filter, devices }: Chosen) =>
  [incident, filter, devices].filter((one) => one !== undefined).length === 1;
const ONE_CHOICE = {
  path: ['devices'],
  message: 'choose the devices in exactly one way: by incident, by filter, or as a list',
};

export const previewCampaignRequestSchema = z.object(choiceShape).refine(isOneChoice, ONE_CHOICE);
export type PreviewCampaignRequest = z.output<typeof previewCampaignRequestSchema>;
export const planCampaignRequestSchema = z
  .object({
    title: z.string().trim().min(1, 'say in a few words what is to be mended').max(120),
    ...choiceShape,
    because: becauseSchema,
  })
  .refine(isOneChoice, ONE_CHOICE);
export type PlanCampaignRequest = z.output<typeof planCampaignRequestSchema>;

export const campaignDevicesQuerySchema = z.object({
  standing: campaignStandingSchema.optional(),
  /** The last device of the list before. */
  after: deviceIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export type CampaignDevicesQuery = z.output<typeof campaignDevicesQuerySchema>;

/** For how many devices each road is open; one device may have several. */
const openRoadsSchema = z.object({
  http: z.int(),
  relay: z.int(),
  rescue: z.int(),
  technician: z.int(),
});
export type OpenRoads = z.infer<typeof openRoadsSchema>;

/** Devices of one model, and what is open for them. */
export const campaignGroupViewSchema = z.object({
  hardware: z.string(),
  devices: z.int(),
  open: openRoadsSchema,
  /** Why the release can or cannot reach this model in rescue, and what to do about it. */
  because: z.string(),
  try: z.string().nullable(),
});
export type CampaignGroupView = z.infer<typeof campaignGroupViewSchema>;

export const campaignPreviewSchema = z.object({
  devices: z.int(),
  /** Left out: in contact and well, or in a campaign that runs. */
  leftOut: z.int(),
  open: openRoadsSchema,
  /** By the first road that is open in the order of the plan. With `none`, for which none is, they add up. */
  first: openRoadsSchema,
  none: z.int(),
  groups: z.array(campaignGroupViewSchema),
});
export type CampaignPreview = z.infer<typeof campaignPreviewSchema>;

/** They add up to the devices of the campaign. */
const standingCountsSchema = z.object({
  waiting: z.int(),
  heard: z.int(),
  technician: z.int(),
  visited: z.int(),
  healed: z.int(),
  'given-up': z.int(),
});
export type StandingCounts = z.infer<typeof standingCountsSchema>;

/** They add up to the healed ones. */
const healedCountsSchema = z.object({
  http: z.int(),
  relay: z.int(),
  technician: z.int(),
  itself: z.int(),
  unsaid: z.int(),
});
export type HealedCounts = z.infer<typeof healedCountsSchema>;

export const campaignLineViewSchema = z.object({
  recovery: z.string(),
  title: z.string(),
  state: campaignStateSchema,
  incident: z.string().nullable(),
  release: versionSchema,
  devices: z.int(),
  plannedAt: instantSchema,
  plannedBy: z.string(),
  startedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
});
export type CampaignLineView = z.infer<typeof campaignLineViewSchema>;
/** Those that run first, then drafts, then the newest first. */
export const campaignListViewSchema = z.object({ recoveries: z.array(campaignLineViewSchema) });

export const campaignViewSchema = z.object({
  ...campaignLineViewSchema.shape,
  now: instantSchema,
  because: z.string(),
  filter: z.string().nullable(),
  roads: z.array(campaignRoadSchema),
  visitsPerDay: z.int(),
  waitHours: z.int(),
  startedBy: z.string().nullable(),
  endedBy: z.string().nullable(),
  endedBecause: z.string().nullable(),
  /** One sentence each: what is, why it is so, what comes next. */
  summary: z.object({ what: z.string(), why: z.string(), next: z.string() }),
  standing: standingCountsSchema,
  healedBy: healedCountsSchema,
  /** Of those that are neither healed nor given up. */
  open: openRoadsSchema,
  groups: z.array(campaignGroupViewSchema),
  /** Who gave to whom: neighbours by how many they healed, at most 10. */
  through: z.array(z.object({ neighbour: z.string(), healed: z.int() })),
  /** Devices in contact that hear one that waits, and are asked to carry the release while the campaign runs. */
  relays: z.int(),
  /** Since the start, by hour, at most 200 points: how many were healed, visited and given up by then. */
  progress: z.array(z.object({ at: instantSchema, healed: z.int(), visited: z.int(), 'given-up': z.int() })),
  /** Why an act would be refused now; null: it would not. What a role allows is not asked here. */
  mayNot: z.object({
    start: refusalSchema.nullable(),
    stop: refusalSchema.nullable(),
    finish: refusalSchema.nullable(),
    visit: refusalSchema.nullable(),
  }),
});
export type CampaignView = z.infer<typeof campaignViewSchema>;

export const roadViewSchema = z.object({
  road: campaignRoadSchema,
  open: z.boolean(),
  because: z.string(),
  /** Devices in contact that hear this one, those heard last first; at most 8, and only of `relay`. */
  neighbours: z.array(z.object({ device: deviceIdSchema, lastSeen: instantSchema })),
});
export type RoadView = z.infer<typeof roadViewSchema>;

export const campaignDeviceViewSchema = z.object({
  device: deviceIdSchema,
  hardware: z.string(),
  standing: campaignStandingSchema,
  healedBy: healedBySchema.nullable(),
  /** Who gave it the release, if a neighbour did and said who it is. */
  through: z.string().nullable(),
  /** In a sentence. */
  because: z.string(),
  version: versionSchema.nullable(),
  lastSeen: instantSchema.nullable(),
  /** In the order of the plan. */
  roads: z.array(roadViewSchema),
  /** The first of them that is open; null: none is, or it does not matter any more. */
  road: campaignRoadSchema.nullable(),
  /** On which day of visits, 1 is the first; null: not on the list. */
  day: z.int().nullable(),
  visitedAt: instantSchema.nullable(),
  environment: environmentSchema,
  /** Whoever wrote about it, as the help desk calls them. */
  customer: z.string().nullable(),
});
export type CampaignDeviceView = z.infer<typeof campaignDeviceViewSchema>;
export const campaignDeviceListViewSchema = z.object({
  devices: z.array(campaignDeviceViewSchema),
  /** Pass as `after` to go on; null at the end. */
  next: z.string().nullable(),
});
