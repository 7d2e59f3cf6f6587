/** What the signed target of one artifact says about it. */
import {
  type Artifact,
  type ReleaseManifest,
  type TargetCustom,
  targetCustomSchema,
} from '@tuesday/protocol';

/**
 * @param wayBackTarget target path of the way back for the same hardware; absent when the release has no way back or
 *   the way back has no artifact for it
 * @throws TypeError when a target is given and the release names no way back
 */
export function customOf(
  manifest: ReleaseManifest,
  artifact: Pick<Artifact, 'hardware'>,
  wayBackTarget?: string,
): TargetCustom {
  if (manifest.wayBack === undefined && wayBackTarget !== undefined) {
    throw new TypeError(`release ${manifest.version} names no way back`);
  }
  return targetCustomSchema.parse({
    tuesday: 1,
    version: manifest.version,
    hardware: artifact.hardware,
    securityVersion: manifest.securityVersion,
    ...(manifest.floor === undefined ? {} : { floor: manifest.floor }),
    ...(manifest.recovery ? { recovery: true } : {}),
    ...(wayBackTarget === undefined ? {} : { wayBack: { version: manifest.wayBack, target: wayBackTarget } }),
  });
}
