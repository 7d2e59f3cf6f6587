/**
 * Test results that can be believed later: an in-toto Statement (in-toto Attestation Framework, Statement v1) about
 * one artifact, in a DSSE envelope (Dead Simple Signing Envelope, protocol v1.0.2) signed by a tester's key.
 */
import * as z from 'zod';
import { attributeNameSchema } from './environment.ts';
import { hardwareSchema, instantSchema, sha256Schema, versionSchema } from './ids.ts';
import { cellSchema } from './parity.ts';

/** not-run: nothing was learned; the cell could not be brought up, or was not what it said. */
export const cellResultSchema = z.enum(['passed', 'failed', 'not-run']);
export type CellResult = z.infer<typeof cellResultSchema>;

export const scenarioResultSchema = z.object({
  scenario: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'use small letters, digits and "-"'),
  result: cellResultSchema,
  because: z.string().max(2_000),
  seconds: z.number().min(0),
});
export type ScenarioResult = z.infer<typeof scenarioResultSchema>;

export const cellReportSchema = z.object({
  cell: cellSchema,
  result: cellResultSchema,
  because: z.string().max(2_000),
  /** Devices that ran the release in it. */
  devices: z.int().min(0).max(1_000_000),
  finishedAt: instantSchema,
  /** How long the release ran: by real clocks, and by the devices' own, which may have run faster. */
  soak: z.object({ realSeconds: z.number().min(0), deviceSeconds: z.number().min(0) }),
  scenarios: z.array(scenarioResultSchema).max(256),
  /** SHA-256 of the cell's log. */
  log: sha256Schema.nullable(),
});
export type CellReport = z.infer<typeof cellReportSchema>;

export const MATRIX_PREDICATE = 'urn:tuesday:matrix:v1';

export const matrixStatementSchema = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  /** The artifact that was tested; its name is its TUF target path. */
  subject: z
    .array(z.object({ name: z.string().max(300), digest: z.object({ sha256: sha256Schema }) }))
    .length(1),
  predicateType: z.literal(MATRIX_PREDICATE),
  predicate: z.object({
    release: versionSchema,
    hardware: hardwareSchema,
    startedAt: instantSchema,
    finishedAt: instantSchema,
    /** What ran it, for instance `tuesday 0.1.0, linux x64`. */
    runner: z.string().max(300),
    /** Dimensions that the cells vary; the others were left as they were. */
    dimensions: z.array(attributeNameSchema).min(1).max(64),
    cells: z.array(cellReportSchema).min(1).max(10_000),
  }),
});
export type MatrixStatement = z.infer<typeof matrixStatementSchema>;

export const DSSE_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

const base64Schema = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'not base64');

export const attestationSchema = z.object({
  payloadType: z.literal(DSSE_PAYLOAD_TYPE),
  /** Base64 of the statement's JSON, exactly the bytes that were signed over. */
  payload: base64Schema.max(16_000_000),
  signatures: z.array(z.object({ keyid: sha256Schema, sig: base64Schema.max(128) })).max(8),
});
export type Attestation = z.infer<typeof attestationSchema>;

/** Somebody, or some machine, whose word about a test counts in this fleet. */
export const testerSchema = z.object({
  name: z.string().min(1).max(64),
  keyid: sha256Schema,
  /** Ed25519, 32 bytes in hex. */
  publicKey: sha256Schema,
});
export type Tester = z.infer<typeof testerSchema>;

export const testerListViewSchema = z.object({
  testers: z.array(
    z.object({ ...testerSchema.shape, addedAt: instantSchema, revokedAt: instantSchema.nullable() }),
  ),
});
export type TesterListView = z.infer<typeof testerListViewSchema>;

/** One attestation that a release has, in numbers. */
export const attestationViewSchema = z.object({
  sha256: sha256Schema,
  release: versionSchema,
  hardware: hardwareSchema,
  tester: z.string(),
  /** When the server took it in. */
  at: instantSchema,
  /** Cells by result. */
  passed: z.int(),
  failed: z.int(),
  notRun: z.int(),
});
export type AttestationView = z.infer<typeof attestationViewSchema>;
