/**
 * What a release declares, and what its signed TUF target carries as `custom`.
 */
import * as z from 'zod';
import { durationSchema } from './duration.ts';
import { canonicalCode, codeRangeSchema, declaredErrorCodeSchema } from './error-codes.ts';
import { hardwareSchema, sha256Schema, versionSchema } from './ids.ts';

/** The bytes of a release for one hardware model. */
export const artifactSchema = z.object({
  hardware: hardwareSchema,
  /** Bytes; at most 4 GiB. */
  size: z.int().min(1).max(4_294_967_296),
  sha256: sha256Schema,
});
export type Artifact = z.infer<typeof artifactSchema>;

export const releaseManifestSchema = z
  .object({
    version: versionSchema,
    /** Counter; a device never goes below the highest that it has confirmed, not even on the way back. */
    securityVersion: z.int().min(0).max(2_147_483_647).default(0),
    /** Lowest version that a device must be on before this one. */
    floor: versionSchema.optional(),
    /** The earlier release that a device may return to. Absent only for the first release of a product. */
    wayBack: versionSchema.optional(),
    /** Mends devices instead of bringing something new: one person may ship it with a broken glass. */
    recovery: z.boolean().default(false),
    /** How long each cell of the matrix must have run it in staging, beside what the policy asks. */
    stagingSoak: durationSchema.optional(),
    notes: z.string().max(10_000).default(''),
    errorCodes: z.array(declaredErrorCodeSchema).max(4_096).default([]),
    /** Codes that the binary can raise; each must be among `errorCodes`. Empty: nobody has said. */
    raises: z.array(codeRangeSchema).max(4_096).default([]),
    artifacts: z.array(artifactSchema).min(1).max(64),
  })
  .superRefine((manifest, context) => {
    const seen = new Set<string>();
    manifest.artifacts.forEach((artifact, index) => {
      if (seen.has(artifact.hardware)) {
        context.addIssue({
          code: 'custom',
          path: ['artifacts', index, 'hardware'],
          message: `a second artifact for ${artifact.hardware}`,
        });
      }
      seen.add(artifact.hardware);
    });
    const codes = new Map<string, number>();
    manifest.errorCodes.forEach(({ code }, index) => {
      const first = codes.get(canonicalCode(code));
      if (first === undefined) codes.set(canonicalCode(code), index);
      else
        context.addIssue({
          code: 'custom',
          path: ['errorCodes', index, 'code'],
          message: `${code} is declared already, as number ${first + 1} of the list`,
        });
    });
    if (manifest.wayBack === manifest.version) {
      context.addIssue({ code: 'custom', path: ['wayBack'], message: 'a release is not its own way back' });
    }
  });
export type ReleaseManifest = z.infer<typeof releaseManifestSchema>;
export type ReleaseManifestInput = z.input<typeof releaseManifestSchema>;

/** `custom` of a TUF target: everything that a device must be able to trust about one artifact. */
export const targetCustomSchema = z.looseObject({
  tuesday: z.literal(1),
  version: versionSchema,
  hardware: hardwareSchema,
  securityVersion: z.int().min(0),
  floor: versionSchema.optional(),
  /** Signed with the release, so that nobody calls an ordinary one a recovery afterwards. */
  recovery: z.literal(true).optional(),
  /** Signed permission to go down: version and target path of the artifact for the same hardware. */
  wayBack: z.object({ version: versionSchema, target: z.string() }).optional(),
});
export type TargetCustom = z.infer<typeof targetCustomSchema>;

/** TUF target path of an artifact. Shape: `<version>/<hardware>.bundle`. */
export function targetPath(version: string, hardware: string): string {
  return `${version}/${hardware}.bundle`;
}
