/** What an incident is taken along as: the report, and the lists of devices. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Recovery, recoverySchema, type RouteAnswer, toError } from '@tuesday/protocol';
import { type Command, Option } from 'commander';
import { does, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { wholeNumber } from '../flag-values.ts';
import { print, printJson, table, time } from '../output.ts';
import { clientOf, reach, type Session } from '../session.ts';

const FORMATS: Readonly<Record<string, 'markdown' | 'pdf'>> = { '.md': 'markdown', '.pdf': 'pdf' };

export function reportCommand(): Command {
  return does<{ out?: string }>(
    leaf('report <incident>', 'The report, as Markdown or PDF by the end of the file’s name', [
      'incident report i-4f2a --out report.pdf',
      'incident report i-4f2a > report.md',
    ]).option(
      '--out <file>',
      'report.md or report.pdf; replaced whole, or not at all (else Markdown on stdout)',
    ),
    async ({ session, flags }, incident = '') => {
      const format = flags.out === undefined ? 'markdown' : FORMATS[extname(flags.out).toLowerCase()];
      if (format === undefined) throw new UsageFault(`${flags.out}: the name must end with .md or .pdf`);
      const call = { params: { incident }, query: { format } };
      const bytes = await fetchFile(session(), clientOf(session()).url('reportIncident', call));
      await give(bytes, flags, { incident, format });
    },
  );
}

export function techniciansCommand(): Command {
  return does<{ out?: string }>(
    leaf('technicians <incident>', 'Devices that only a technician reaches, as CSV', [
      'incident technicians i-4f2a --out technicians.csv',
    ]).option('--out <file>', 'where to; replaced whole, or not at all (else stdout)'),
    async ({ session, flags }, incident = '') => {
      const url = clientOf(session()).url('listTechnicians', { params: { incident } });
      await give(await fetchFile(session(), url), flags, { incident, format: 'csv' });
    },
  );
}

interface DevicesFlags {
  recovery?: Recovery;
  after?: string;
  limit?: number;
}

export function incidentDevicesCommand(): Command {
  return does<DevicesFlags>(
    leaf('devices <incident>', 'Harmed devices, and how each came back or what it waits for', [
      'incident devices i-4f2a --recovery waiting',
    ])
      .addOption(new Option('--recovery <recovery>', 'only these').choices(recoverySchema.options))
      .option('--after <device>', 'devices after this one')
      .option('--limit <number>', 'how many at most', wholeNumber),
    async ({ client, flags: { recovery, after, limit }, show }, incident = '') => {
      const given = Object.entries({ recovery, after, limit }).filter(([, value]) => value !== undefined);
      const query = Object.fromEntries(given);
      show(await client().call('listIncidentDevices', { params: { incident }, query }), describe);
    },
  );
}

function describe({ devices, next }: RouteAnswer<'listIncidentDevices'>): string {
  const rows = devices.map((one) => [
    one.device,
    one.recovery,
    one.version ?? '–',
    time(one.lastSeen),
    one.because,
  ]);
  const more = next === null ? '' : `\nmore: the same with --after ${next}`;
  return table([['device', 'recovery', 'runs', 'last seen', 'because'], ...rows]) + more;
}

/** @throws RefusedByServer when the server says no */
export async function fetchFile(session: Session, url: string): Promise<Uint8Array> {
  const response = await reach(url, { headers: { authorization: `Bearer ${session.token}` } });
  if (!response.ok) throw toError(response.status, await response.text());
  return new Uint8Array(await response.arrayBuffer());
}

/** The file is there whole or not at all. */
export async function give(
  bytes: Uint8Array,
  { out, json }: { out?: string; json?: boolean },
  about: Readonly<Record<string, string>>,
): Promise<void> {
  if (out === undefined) {
    const text = new TextDecoder().decode(bytes);
    return json ? printJson({ ...about, text }) : print(text.trimEnd());
  }
  const draft = `${out}.${process.pid}.part`;
  try {
    await writeFile(draft, bytes, { flag: 'wx', mode: 0o600 });
    await rename(draft, out);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  if (json) printJson({ ...about, file: out, bytes: bytes.length });
  else print(`${out}: ${bytes.length} bytes`);
}
