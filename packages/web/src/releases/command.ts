/** What the form does, as a line for the terminal. */
import type { Chosen, Draft } from './draft.ts';

export function createCommand(draft: Draft, { wayBack, securityVersion }: Chosen): string {
  const { version, files, floor, codes, raises, notes, stagingSoak, recovery } = draft;
  const artifacts =
    files.length === 0
      ? ['<hardware>=<file>']
      : files.map(({ hardware, file }) => `${hardware.trim() || '<hardware>'}=${file.name}`);
  const flags: Array<readonly [string, string]> = [
    ['--version', version.trim() || '<version>'],
    ...artifacts.map((artifact) => ['--artifact', artifact] as const),
    ['--way-back', wayBack],
    ['--floor', floor],
    ['--security-version', securityVersion.trim() === '0' ? '' : securityVersion.trim()],
    ['--codes', codes?.name ?? ''],
    ['--raises', raises?.name ?? ''],
    ['--staging-soak', stagingSoak.trim()],
    ['--notes', notes.trim()],
  ];
  const given = flags.filter(([, value]) => value !== '').map(([flag, value]) => `${flag} ${quoted(value)}`);
  return ['tuesday release create', ...given, ...(recovery ? ['--recovery'] : [])].join(' ');
}

/** As a POSIX shell reads it back; what stands in `<>` is for people. */
function quoted(text: string): string {
  return /^[\w.,:=/<>@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
