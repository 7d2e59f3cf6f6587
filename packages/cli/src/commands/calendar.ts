/** `calendar`: the fleet's calendar as an iCalendar file, and freezes from one. */
import { readFile, writeFile } from 'node:fs/promises';
import { RefusedByServer, refusedSchema } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { print } from '../output.ts';
import { clientOf, reach, type Session } from '../session.ts';

export function calendarGroup(): Command {
  return group('calendar', 'Windows, freezes, holidays and stages as iCalendar', [
    exportCommand(),
    importCommand(),
  ]);
}

function exportCommand(): Command {
  return does<{ out?: string }>(
    leaf('export', 'Windows, freezes, holidays and planned stages as one .ics file', [
      'calendar export --out fleet.ics',
      'calendar export > fleet.ics',
    ]).option('--out <file>', 'file to write; standard output when left out'),
    async ({ session, flags, show }) => {
      const ics = await download(session());
      const { out } = flags;
      if (out !== undefined) {
        await writeFile(out, ics);
        show({ written: out }, ({ written }) => `written to ${written}`);
      } else if (flags.json) show({ ics }, ({ ics }) => ics);
      else print(ics.trimEnd());
    },
  );
}

async function download(session: Session): Promise<string> {
  const headers = { authorization: `Bearer ${session.token}` };
  const response = await reach(clientOf(session).url('exportCalendar'), { headers });
  const text = await response.text();
  if (response.ok) return text;
  const refused = refusedSchema.safeParse(tryJson(text));
  if (refused.success) throw new RefusedByServer(response.status, refused.data.refused);
  throw new Error(`the server answered ${response.status}`);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function importCommand(): Command {
  return does<{ because: string }>(
    leaf('import <file>', 'Take the events of an .ics file as freezes; all of them, or none', [
      'calendar import works-holidays.ics --because "works holidays"',
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }, file = '') => {
      const ics = await readFile(file, 'utf8').catch((cause: unknown) => {
        throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
      });
      const body = { ics, because: flags.because };
      show(await client().call('importFreezes', { body }), ({ imported, skipped }) =>
        [`${imported} freezes imported`, ...skipped.map((line) => `skipped: ${line}`)].join('\n'),
      );
    },
  );
}
