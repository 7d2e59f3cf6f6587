import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type OperatorClient,
  refuseParse,
  releaseManifestSchema,
  type ReleaseManifestInput,
  type ReleaseView,
} from '@tuesday/protocol';
import type { Command } from 'commander';
import { readCodesFile } from '../codes/codes-file.ts';
import { readRaises } from '../codes/raises.ts';
import { does, group, leaf } from '../command.ts';
import { RefusedHere } from '../failures.ts';
import { type ArtifactFlag, artifactFlag, severalFlag, wholeNumber } from '../flag-values.ts';
import { say, table, time } from '../output.ts';
import { releaseAttest } from './release-attest.ts';
import { releaseSign } from './release-sign.ts';

export function releaseGroup(): Command {
  return group('release', 'Firmware versions: declare, sign, look', [
    create(),
    releaseSign(),
    releaseAttest(),
    list(),
    view(),
  ]);
}

interface CreateFlags {
  version: string;
  artifact: ArtifactFlag[];
  wayBack?: string;
  floor?: string;
  securityVersion?: number;
  codes?: string;
  raises?: string;
  prefix: string[];
  except: string[];
  notes?: string;
  recovery?: boolean;
  stagingSoak?: string;
}

function create(): Command {
  return does<CreateFlags>(
    leaf('create', 'Declare a release and upload its artifacts', [
      'release create --version 3.2.4 --artifact th-2=./fw-3.2.4.bundle',
      'release create --version 3.2.5 --artifact th-2=./fw.bundle --way-back 3.2.4 --codes codes.yaml',
      'release create … --codes codes.yaml --raises firmware/errors.h --prefix ERR_',
    ])
      .requiredOption('--version <version>', 'MAJOR.MINOR.PATCH')
      .requiredOption('--artifact <hardware=file>', 'bytes for one hardware model; repeatable', artifactFlag)
      .option('--way-back <version>', 'earlier release that a device may return to')
      .option('--floor <version>', 'lowest version that a device must be on before this one')
      .option('--security-version <number>', 'counter below which no device goes back', wholeNumber)
      .option('--codes <file>', 'error codes that the firmware may raise (YAML)')
      .option('--raises <file>', 'codes that the firmware can raise: YAML of codes and ranges, or a header')
      .option(
        '--prefix <text>',
        'beginning of the names that are codes in that header; repeatable',
        severalFlag,
        [],
      )
      .option('--except <name>', 'a name in it that is none; repeatable', severalFlag, [])
      .option('--notes <text>', 'what changed')
      .option(
        '--staging-soak <duration>',
        'how long each cell of the matrix must have run it, for instance 3h',
      )
      .option('--recovery', 'it only mends devices; one commander may ship it with a broken glass'),
    async ({ client, flags, show }) => {
      const read = await Promise.all(
        flags.artifact.map(async ({ hardware, file }) => ({ hardware, bytes: await readFile(file) })),
      );
      const manifest: ReleaseManifestInput = {
        version: flags.version,
        artifacts: read.map(({ hardware, bytes }) => ({
          hardware,
          size: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        })),
      };
      if (flags.wayBack !== undefined) manifest.wayBack = flags.wayBack;
      if (flags.floor !== undefined) manifest.floor = flags.floor;
      if (flags.securityVersion !== undefined) manifest.securityVersion = flags.securityVersion;
      if (flags.codes !== undefined) manifest.errorCodes = await readCodesFile(flags.codes);
      if (flags.raises !== undefined) manifest.raises = await readRaises(flags.raises, flags);
      if (flags.notes !== undefined) manifest.notes = flags.notes;
      if (flags.stagingSoak !== undefined) manifest.stagingSoak = flags.stagingSoak;
      if (flags.recovery === true) manifest.recovery = true;
      const parsed = releaseManifestSchema.safeParse(manifest);
      if (!parsed.success) throw new RefusedHere(refuseParse(parsed.error));
      show(await declare(client(), parsed.data, read), describe);
    },
  );
}

/** Declares first, so that nothing is uploaded for a release that is refused. */
async function declare(
  client: OperatorClient,
  manifest: ReleaseManifestInput,
  artifacts: ReadonlyArray<{ hardware: string; bytes: Uint8Array }>,
): Promise<ReleaseView> {
  let release = await client.call('createRelease', { body: manifest });
  for (const { hardware, bytes } of artifacts) {
    say(`uploading ${hardware}, ${bytes.length} bytes`);
    const params = { version: manifest.version, hardware };
    release = await client.call('uploadArtifact', { params, body: bytes });
  }
  return release;
}

function list(): Command {
  return does(leaf('list', 'Releases, newest first', ['release list']), async ({ client, show }) => {
    show(await client().call('listReleases'), ({ releases }) =>
      table([
        ['version', 'state', 'signatures', 'way back', 'hardware', 'published'],
        ...releases.map((release) => [
          release.version,
          release.state,
          signaturesOf(release),
          release.manifest.wayBack ?? '–',
          release.manifest.artifacts.map((artifact) => artifact.hardware).join(' '),
          time(release.publishedAt),
        ]),
      ]),
    );
  });
}

function view(): Command {
  return does(
    leaf('view <version>', 'One release, and what it still lacks', ['release view 3.2.5']),
    async ({ client, show }, version) => {
      show(await client().call('viewRelease', { params: { version } }), describe);
    },
  );
}

function signaturesOf({ signatures }: ReleaseView): string {
  return `${signatures.have.length} of ${signatures.need}`;
}

export function describe(release: ReleaseView): string {
  const { manifest } = release;
  const rows = [
    ['release', release.version],
    ['state', release.state],
    ['signatures', `${signaturesOf(release)}  ${release.signatures.have.map((key) => key.label).join(', ')}`],
    ['way back', manifest.wayBack ?? 'none: it cannot be rolled out without one'],
    ['floor', manifest.floor ?? '–'],
    ['security version', String(manifest.securityVersion)],
    ['published', time(release.publishedAt)],
  ];
  for (const { hardware, size, sha256 } of manifest.artifacts) {
    const missing = release.missingArtifacts.includes(hardware) ? ', not uploaded' : '';
    rows.push([`artifact ${hardware}`, `${size} bytes, ${sha256}${missing}`]);
  }
  for (const delta of release.deltas ?? []) rows.push(deltaRow(delta, manifest));
  for (const { code, title } of manifest.errorCodes) rows.push([`code ${code}`, title]);
  // Older servers do not say.
  const raises = (manifest as Partial<typeof manifest>).raises ?? [];
  if (raises.length > 0) rows.push(['can raise', raises.join(' ')]);
  if (manifest.notes !== '') rows.push(['notes', manifest.notes.replaceAll('\n', ' ')]);
  return table(rows);
}

type DeltaView = NonNullable<ReleaseView['deltas']>[number];

/** Beside the full artifact, or why there is none. */
function deltaRow(
  { hardware, from, state, size, because }: DeltaView,
  { artifacts }: ReleaseView['manifest'],
): string[] {
  const full = artifacts.find((artifact) => artifact.hardware === hardware)?.size ?? 0;
  const share = full === 0 ? '' : `, ${((100 * (size ?? 0)) / full).toFixed(1)} % of the full artifact`;
  const words = { wanted: 'is being made', made: `${size} bytes${share}`, none: `none: ${because ?? ''}` };
  return [`delta ${hardware} from ${from}`, words[state]];
}
