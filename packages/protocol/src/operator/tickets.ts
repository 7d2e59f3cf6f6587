/** Tickets of help desks: lists, files and hooks. */
import * as z from 'zod';
import { askedCodeSchema } from './codes.ts';
import { deviceIdSchema, instantSchema } from '../ids.ts';

/** One ticket; the same `ticket` twice counts once. */
export const ticketRequestSchema = z.object({
  ticket: z.string().trim().min(1).max(120),
  code: askedCodeSchema,
  device: deviceIdSchema.optional(),
  /** Whoever wrote, as the help desk calls them. */
  customer: z.string().trim().min(1).max(200).optional(),
  /** When the customer wrote; now when left out. */
  at: instantSchema.optional(),
});

/** A ticket of the help desk, as it counts for a rollout. */
export const ticketViewSchema = z.object({
  ticket: z.string(),
  /** Null: none was found in it. */
  code: z.string().nullable(),
  device: deviceIdSchema.nullable(),
  customer: z.string().nullable(),
  at: instantSchema,
});
export const ticketListViewSchema = z.object({
  tickets: z.array(ticketViewSchema),
  /** Tickets by code in the last 24 hours and in the 24 hours before, most first. */
  codes: z.array(
    z.object({ code: z.string(), lastDay: z.int(), dayBefore: z.int(), documented: z.boolean() }),
  ),
  /** The same of tickets in which no code was found. */
  withoutCode: z.object({ lastDay: z.int(), dayBefore: z.int() }),
});
export type TicketListView = z.infer<typeof ticketListViewSchema>;

const column = z.string().min(1).max(200);

/** Which columns of a file hold what. Left out: by the usual names of the header. */
export const importQuerySchema = z.object({
  ticket: column.optional(),
  code: column.optional(),
  device: column.optional(),
  customer: column.optional(),
  at: column.optional(),
  /** Columns in which codes are looked for, separated by commas. */
  text: z.string().min(1).max(2_000).optional(),
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
  /** IANA zone of times that say none. */
  zone: z.string().min(1).max(64).optional(),
  /** In front of each ticket's number, so that two help desks do not share them. */
  prefix: z.string().max(40).default(''),
});
export type ImportQuery = z.infer<typeof importQuerySchema>;

export const importViewSchema = z.object({
  lines: z.int(),
  /** Tickets that were not known. */
  added: z.int(),
  known: z.int(),
  /** Of those in the file, how many hold no code. */
  withoutCode: z.int(),
  /** Most first. */
  codes: z.array(z.object({ code: z.string(), tickets: z.int() })),
});
export type ImportView = z.infer<typeof importViewSchema>;

export const ticketDeskSchema = z.enum(['zendesk', 'freshdesk']);
export type TicketDesk = z.infer<typeof ticketDeskSchema>;

const path = z
  .string()
  .regex(
    /^[A-Za-z0-9_]{1,64}(\.[A-Za-z0-9_]{1,64}){0,7}$/,
    'use names separated by dots, for instance detail.id',
  );

/** Where in a message what stands, as paths through its objects. Left out: by the usual names of the help desk. */
export const hookFieldsSchema = z.object({
  ticket: path.optional(),
  code: path.optional(),
  device: path.optional(),
  customer: path.optional(),
  at: path.optional(),
  /** Where codes are looked for, in this order. */
  text: z.array(path).min(1).max(16).optional(),
});
export type HookFields = z.infer<typeof hookFieldsSchema>;

const secret = z.string().min(16, 'use at least 16 characters').max(512);

export const ticketHookRequestSchema = z.object({
  name: z.string().trim().min(1).max(64),
  desk: ticketDeskSchema,
  /** Zendesk makes its own, once it knows the address. */
  secret: secret.optional(),
  prefix: z.string().max(40).default(''),
  fields: hookFieldsSchema.prefault({}),
});
export type TicketHookRequest = z.infer<typeof ticketHookRequestSchema>;
export const hookSecretRequestSchema = z.object({ secret });

export const ticketHookViewSchema = z.object({
  hook: z.string(),
  name: z.string(),
  desk: ticketDeskSchema,
  /** Path that the help desk sends to. */
  path: z.string(),
  prefix: z.string(),
  fields: hookFieldsSchema,
  /** Nothing is believed before it is. */
  hasSecret: z.boolean(),
  createdAt: instantSchema,
  lastHeardAt: instantSchema.nullable(),
  /** Tickets that came this way and were not known. */
  tickets: z.int(),
});
export type TicketHookView = z.infer<typeof ticketHookViewSchema>;
export const ticketHookListViewSchema = z.object({ hooks: z.array(ticketHookViewSchema) });
/** `secret` is shown once; null where the help desk makes its own. */
export const ticketHookMadeViewSchema = z.object({
  hook: ticketHookViewSchema,
  secret: z.string().nullable(),
});
