/** Texts about an incident: filled templates, what people wrote instead, and the templates themselves. */
import { readFile } from 'node:fs/promises';
import {
  type IncidentView,
  type Reader,
  readerSchema,
  type SavedText,
  type TemplatesView,
} from '@tuesday/protocol';
import { Argument, type Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { wholeNumber } from '../flag-values.ts';
import { say, table, time } from '../output.ts';

const forWhom = () => new Argument('<for>', 'who reads it').choices(readerSchema.options);

interface TextFlags {
  saved?: boolean;
  save?: string;
  discard?: boolean;
  readVersion?: number;
}

export function textCommand(): Command {
  const command = leaf(
    'text <incident>',
    'A text to send, filled with what is known now; edit it, and keep it',
    [
      'incident text i-4f2a customers',
      'incident text i-4f2a status > status.md',
      'incident text i-4f2a customers --save customers.md',
      'incident text i-4f2a customers --saved',
    ],
  )
    .addArgument(forWhom())
    .option('--saved', 'what somebody wrote for this incident, instead')
    .option('--save <file>', 'keep this file as the text for this incident')
    .option('--discard', 'throw away what was kept')
    .option('--read-version <number>', 'refuse when somebody has saved since this version', wholeNumber);
  return does<TextFlags>(command, async ({ client, flags, show }, incident = '', given = '') => {
    const reader = given as Reader;
    const wanted = [flags.saved, flags.save, flags.discard].filter((one) => one !== undefined);
    if (wanted.length > 1) throw new UsageFault('use one of --saved, --save and --discard');
    const before = await client().call('viewIncident', { params: { incident } });
    if (flags.save === undefined && flags.discard !== true) {
      const one = shown(before, reader, flags.saved);
      return show({ incident, for: reader, ...one }, ({ text }) => text);
    }
    const text = flags.save === undefined ? null : await textIn(flags.save);
    const version = flags.readVersion ?? savedFor(before, reader)?.version ?? 0;
    const call = { params: { incident, reader }, body: { text, version } };
    const after = await client().call('saveIncidentText', call);
    show({ incident, for: reader, saved: savedFor(after, reader) ?? null }, ({ saved }) =>
      saved === null ? 'thrown away' : `kept as version ${saved.version}`,
    );
  });
}

const savedFor = ({ savedTexts }: IncidentView, wanted: Reader) =>
  savedTexts.find(({ reader }) => reader === wanted);

/** What goes to stdout; what is said about it goes to stderr. */
function shown(view: IncidentView, reader: Reader, wantsSaved = false): { text: string } {
  const saved = savedFor(view, reader);
  if (!wantsSaved) {
    if (saved) say(`${saved.by} has kept another text; --saved shows it`);
    return { text: view.texts[reader] };
  }
  if (!saved) throw new UsageFault(`nobody has kept a text for ${reader}; --save <file> does`);
  say(`kept by ${saved.by}, ${time(saved.at)}, version ${saved.version}`);
  for (const line of olderFacts(saved)) say(line);
  return saved;
}

function olderFacts({ changed }: SavedText): string[] {
  if (changed.length === 0) return [];
  const lines = changed.map(({ name, before, now }) => `  ${name}: ${before} then, ${now} now`);
  return ['older than what is known now:', ...lines];
}

async function textIn(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
  });
}

export function templateGroup(): Command {
  return group('template', 'Templates of the texts about incidents', [viewTemplate(), setTemplate()]);
}

function viewTemplate(): Command {
  const command = leaf('view', 'The templates, or one of them, and what may stand in it', [
    'incident template view',
    'incident template view customers > customers.md',
  ]).addArgument(forWhom().argOptional());
  return does(command, async ({ client, show }, reader?: string) => {
    const view = await client().call('viewTemplates');
    const one = view.templates.find((template) => template.reader === reader);
    if (one === undefined) return show(view, describe);
    show(one, ({ text }) => text);
  });
}

function describe({ templates, placeholders }: TemplatesView): string {
  const parts = templates.map(({ reader, text, version, setBy, setAt }) => {
    const whose =
      setBy === null ? 'the product’s own' : `version ${version}, set by ${setBy}, ${time(setAt)}`;
    return `== ${reader} (${whose})\n${text}\n`;
  });
  const rows = placeholders.map(({ name, means }) => [`{${name}}`, means]);
  return [...parts, table([['placeholder', 'becomes'], ...rows])].join('\n');
}

interface SetFlags {
  file?: string;
  own?: boolean;
  because: string;
  readVersion?: number;
}

function setTemplate(): Command {
  const command = leaf('set', 'Set one template of this fleet', [
    'incident template set customers --file customers.md --because "in our own words"',
    'incident template set customers --own --because "the product says it better"',
  ])
    .addArgument(forWhom())
    .option('--file <file>', 'the text, with placeholders in braces')
    .option('--own', 'go back to the product’s own')
    .option('--read-version <number>', 'refuse when somebody has changed it since this version', wholeNumber)
    .requiredOption('--because <sentence>', 'why; kept in the audit log');
  return does<SetFlags>(command, async ({ client, flags, show }, given = '') => {
    const reader = given as Reader;
    if ((flags.file === undefined) === (flags.own !== true))
      throw new UsageFault('use one of --file and --own');
    const text = flags.file === undefined ? null : await textIn(flags.file);
    const { templates } = await client().call('viewTemplates');
    const version = flags.readVersion ?? templates.find((one) => one.reader === reader)?.version ?? 0;
    const body = { reader, text, version, because: flags.because };
    const view = await client().call('setTemplate', { body });
    show(view, () => `the template for ${reader} is set`);
  });
}
