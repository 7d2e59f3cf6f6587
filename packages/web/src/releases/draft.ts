/** What is typed into the form of a release, and what is wrong with it. */
import { t } from '@lingui/core/macro';
import type { ReleaseManifest, ReleaseManifestInput, ReleaseView } from '@tuesday/protocol';
import { compareVersions, releaseManifestSchema, undocumentedCodes } from '@tuesday/protocol/manifest';

/** A file of the person's, on its way to become an artifact. */
export interface Picked {
  /** Tells two files of one name apart. */
  id: number;
  file: File;
  hardware: string;
  /** Bytes that have been read for the digest. */
  read: number;
  /** undefined until all of it has been read. */
  sha256: string | undefined;
  /** Why it cannot be read. */
  broken: string | undefined;
}

/** A YAML file that was dropped. */
export interface Dropped<T> {
  name: string;
  data: T | undefined;
  problems: ReadonlyArray<{ line: number; message: string }>;
}

export interface Draft {
  version: string;
  /** undefined: not chosen yet, so the suggestion stands; '' is none. */
  wayBack: string | undefined;
  floor: string;
  /** undefined: as the way back has it. */
  securityVersion: string | undefined;
  recovery: boolean;
  stagingSoak: string;
  notes: string;
  files: readonly Picked[];
  codes: Dropped<ReleaseManifest['errorCodes']> | undefined;
  raises: Dropped<ReleaseManifest['raises']> | undefined;
}

export const EMPTY: Draft = {
  version: '',
  wayBack: undefined,
  floor: '',
  securityVersion: undefined,
  recovery: false,
  stagingSoak: '',
  notes: '',
  files: [],
  codes: undefined,
  raises: undefined,
};

/** Field → what is wrong with it. Fields are named as the protocol names them: `wayBack`, `artifacts.0.hardware`. */
export type Wrong = Readonly<Record<string, string>>;

const UNREAD = '0'.repeat(64);

/** What stands in the fields that nobody has touched. */
export interface Chosen {
  /** '' is none. */
  wayBack: string;
  securityVersion: string;
}

/**
 * Of what is not chosen, the suggestion: back to the newest release below it, with the same security version, because
 * devices that have confirmed a higher one would refuse a lower.
 */
export function chosenIn(draft: Draft, releases: readonly Known[]): Chosen {
  const wayBack = draft.wayBack ?? waysBack(releases, draft.version)[0] ?? '';
  return { wayBack, securityVersion: draft.securityVersion ?? String(securityOf(wayBack, releases) ?? 0) };
}

/** @returns undefined for a release that is not there */
export function securityOf(version: string, releases: readonly Known[]): number | undefined {
  return releases.find((one) => one.version === version)?.manifest.securityVersion;
}

export function manifestOf(draft: Draft, { wayBack, securityVersion }: Chosen): ReleaseManifestInput {
  return {
    version: draft.version.trim(),
    securityVersion: wholeNumber(securityVersion),
    ...(wayBack === '' ? {} : { wayBack }),
    ...(draft.floor === '' ? {} : { floor: draft.floor }),
    ...(draft.recovery ? { recovery: true } : {}),
    ...(draft.stagingSoak.trim() === '' ? {} : { stagingSoak: draft.stagingSoak.trim() }),
    notes: draft.notes.trim(),
    errorCodes: draft.codes?.data ?? [],
    raises: draft.raises?.data ?? [],
    artifacts: draft.files.map(({ file, hardware, sha256 = UNREAD }) => ({
      hardware: hardware.trim(),
      size: file.size,
      sha256,
    })),
  };
}

function wholeNumber(text: string): number {
  return /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

type Known = Pick<ReleaseView, 'version' | 'state' | 'manifest'>;

/** Published releases below a version, the highest first: where a device may go back to. */
export function waysBack(releases: readonly Known[], version: string): string[] {
  const parsed = releaseManifestSchema.shape.version.safeParse(version.trim());
  return releases
    .filter(({ state }) => state === 'published')
    .map((one) => one.version)
    .filter((one) => !parsed.success || compareVersions(one, parsed.data) < 0)
    .sort((a, b) => compareVersions(b, a));
}

/** What the server would refuse, as far as it can be seen from here. The server decides. */
export function wrongWith(draft: Draft, chosen: Chosen, releases: readonly Known[]): Wrong {
  const wrong: Record<string, string> = {};
  const say = (field: string, words: string) => (wrong[field] ??= words);
  const manifest = manifestOf(draft, chosen);
  if (manifest.version === '') say('version', t`Give it a version, for instance 3.2.5.`);
  if (Number.isNaN(manifest.securityVersion)) say('securityVersion', t`Use a whole number, 0 or more.`);
  if (draft.files.length === 0) say('artifacts', t`Add at least one file: the bytes that devices run.`);
  for (const [index, { file, hardware, broken }] of draft.files.entries()) {
    if (broken !== undefined) say(`artifacts.${index}.size`, broken);
    if (file.size === 0) say(`artifacts.${index}.size`, t`The file is empty.`);
    if (hardware.trim() === '') say(`artifacts.${index}.hardware`, t`Say which hardware it is for.`);
  }
  if (draft.codes && !draft.codes.data) say('errorCodes', t`${draft.codes.name} cannot be used as it is.`);
  if (draft.raises && !draft.raises.data) say('raises', t`${draft.raises.name} cannot be used as it is.`);
  const parsed = releaseManifestSchema.safeParse(manifest);
  for (const { path, message } of parsed.error?.issues ?? []) say(fieldOf(path), ended(message));
  judgeAgainst(releases, manifest, say);
  return wrong;
}

/** Files of codes are mended as a whole: what is wrong inside one stands at its drop area. */
function fieldOf(path: readonly PropertyKey[]): string {
  const [first] = path;
  return first === 'artifacts' ? path.map(String).join('.') : String(first ?? '');
}

function ended(message: string): string {
  const upper = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}

function judgeAgainst(
  releases: readonly Known[],
  { version, wayBack, floor, securityVersion = 0, raises = [], errorCodes = [] }: ReleaseManifestInput,
  say: (field: string, words: string) => void,
): void {
  if (releases.some((one) => one.version === version))
    say('version', t`${version} exists already. A release stays as it is; publish under a new version.`);
  const published = releases.filter(({ state }) => state === 'published');
  if (wayBack === undefined && published.length > 0)
    say('wayBack', t`Choose one: only the first release of all goes without a way back.`);
  const lower = waysBack(releases, version);
  if (wayBack !== undefined && !lower.includes(wayBack))
    say('wayBack', t`${wayBack} is not below ${version}; devices go back to an earlier release.`);
  const back = published.find((one) => one.version === wayBack)?.manifest;
  if (back && securityVersion > back.securityVersion)
    say(
      'securityVersion',
      t`Devices would refuse to go back: ${back.version} has the security version ${back.securityVersion}. Publish a way back with ${securityVersion} first.`,
    );
  if (floor !== undefined && floor !== version && !lower.includes(floor))
    say('floor', t`${floor} is not a published release below ${version}.`);
  const documented = errorCodes.map(({ code }) => code);
  const { codes, more } = undocumentedCodes(raises, documented, 8);
  if (codes.length > 0)
    say(
      'raises',
      t`Not documented: ${codes.join(', ')}${more === 0 ? '' : t` and ${more} more`}. Write them into the file of error codes.`,
    );
}
