/** Would a device in rescue take this release when it sees it? By what the signed metadata says; the device decides. */
import { compareVersions, type TargetCustom, targetPath } from '@tuesday/protocol';

export interface Fit {
  readonly fits: boolean;
  /** In a sentence. */
  readonly because: string;
  /** What would make it fit; null: nothing, or nothing is needed. */
  readonly try: string | null;
}

/** The signed facts of a release, by hardware. */
export type SignedFacts = ReadonlyMap<string, TargetCustom>;

export interface FitFacts {
  readonly release: string;
  readonly hardware: string;
  /** Of the release. */
  readonly signed: SignedFacts;
  /** Of what the device ran as it was heard last; undefined when that is not known. */
  readonly running: TargetCustom | undefined;
  /** What the device ran as it was heard last. */
  readonly version: string | null;
  readonly rolledBackFrom: readonly string[];
}

/** What can be said of a whole model: an artifact for it, signed as a recovery. */
export function fitOfModel({
  release,
  hardware,
  signed,
}: Pick<FitFacts, 'release' | 'hardware' | 'signed'>): Fit {
  const custom = signed.get(hardware);
  const publish = `tuesday release create --recovery --artifact ${hardware}=… --version …`;
  if (custom === undefined)
    return no(
      `${release} has no signed artifact for ${hardware}.`,
      `publish a recovery release for it: ${publish}`,
    );
  if (custom.recovery !== true)
    return no(
      `${release} is not signed as a recovery release: no device takes it without an offer.`,
      `publish one that is (custom.recovery): ${publish}`,
    );
  return { fits: true, because: `${release} is signed as a recovery release for ${hardware}.`, try: null };
}

/** The rules by which a device in rescue chooses, as far as a server can know its facts. */
export function fitOf(facts: FitFacts): Fit {
  const model = fitOfModel(facts);
  const custom = facts.signed.get(facts.hardware);
  if (!model.fits || custom === undefined) return model;
  const { release, version, running, rolledBackFrom } = facts;
  if (rolledBackFrom.includes(release))
    return no(
      `it rolled back from ${release} before, and tries it again only when somebody at the device asks.`,
      'publish a later recovery release',
    );
  if (version === null) return model;
  if (custom.floor !== undefined && compareVersions(version, custom.floor) < 0)
    return no(
      `${release} wants ${custom.floor} or later, and it ran ${version}.`,
      'publish one with a lower floor',
    );
  if (running !== undefined && custom.securityVersion < running.securityVersion)
    return no(`${release} is below the security version of ${version}, which it ran.`, 'publish a later one');
  const order = compareVersions(release, version);
  if (order === 0) return no(`it ran ${release} already when it was heard last.`, 'publish a later one');
  const back = running?.wayBack;
  const isWayBack = back?.version === release && back.target === targetPath(release, facts.hardware);
  if (order < 0 && !isWayBack)
    return no(
      `${release} is below ${version}, which it ran, and not its signed way back.`,
      'publish a later one',
    );
  return model;
}

const no = (because: string, then: string): Fit => ({ fits: false, because, try: then });
