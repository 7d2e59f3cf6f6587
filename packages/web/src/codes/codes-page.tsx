import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CodeLineView, CodeListView, CodeState } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { codePath } from '../route.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Empty } from '../ui/empty.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { Screen } from '../ui/screen.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { devicesWords, SEVERITY_TONES, STATE_TONES, STATE_WORDS } from './words.ts';

const STATES = [
  ['', t`All codes`],
  ['stub', t`Unknown`],
  ['written', t`Written down`],
  ['documented', t`Documented`],
] as const;

export default function CodesPage() {
  const [state, setState] = useState('');
  const [search, setSearch] = useState('');
  return (
    <Screen
      title={t`Error codes`}
      lead={t`What each code means, for support and for customers; and the codes that devices were seen with and nobody has documented.`}
      narrow
    >
      <div className="grid gap-4 sm:grid-cols-[1fr_14rem]">
        <Field
          label={t`Search`}
          type="search"
          placeholder={t`0x45, network`}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={120}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Choice label={t`Show`} value={state} options={STATES} onChoose={setState} />
      </div>
      <Catalogue key={`${state} ${search.trim()}`} state={state} search={search.trim()} />
    </Screen>
  );
}

function Catalogue({ state, search }: { state: string; search: string }) {
  const ask = (after?: string) =>
    call('listCodes', {
      query: {
        ...(state === '' ? {} : { state: state as CodeState }),
        ...(search === '' ? {} : { search }),
        ...(after === undefined ? {} : { after }),
      },
    });
  const asked = useAsked(`codes ${state} ${search}`, () => ask(), 10_000, [
    'code',
    'release',
    'tickets',
    'devices',
  ]);
  const [more, setMore] = useState<CodeListView>();
  const { busy, failure, send } = useSend();
  const next = (more ?? asked.data)?.next ?? null;
  const older = () =>
    send(async () => {
      if (next === null) return;
      const page = await ask(next);
      setMore((before) => ({ ...page, codes: [...(before?.codes ?? []), ...page.codes] }));
    });
  return (
    <Answered asked={asked} what={t`the catalogue`} command="tuesday codes list">
      {({ codes, stubs }) => (
        <Card title={t`Catalogue`} aside={<Stubs stubs={stubs} />}>
          <Rows codes={[...codes, ...(more?.codes ?? [])]} isAll={state === '' && search === ''} />
          <Problem failure={failure} />
          {next !== null && (
            <Button kind="quiet" small refusal={busy ? t`Reading …` : undefined} onClick={() => void older()}>
              <Trans>Show more</Trans>
            </Button>
          )}
        </Card>
      )}
    </Answered>
  );
}

function Stubs({ stubs }: { stubs: number }) {
  if (stubs === 0)
    return (
      <span className="text-sm text-ink-2">
        <Trans>nothing is unknown</Trans>
      </span>
    );
  return <Chip tone="bad">{t`${stubs} unknown`}</Chip>;
}

function Rows({ codes, isAll }: { codes: readonly CodeLineView[]; isAll: boolean }) {
  if (codes.length === 0)
    return isAll ? (
      <Empty command="tuesday codes check codes.yaml">
        <Trans>
          No release has documented a code yet. Write them down beside the firmware, check the file, and give
          it to the release:
        </Trans>
      </Empty>
    ) : (
      <p className="mt-3 text-sm text-ink-2">
        <Trans>No code fits.</Trans>
      </p>
    );
  return (
    <>
      <ul className="rows mt-2">
        {codes.map((one) => (
          <Row key={one.code} one={one} />
        ))}
      </ul>
      {isAll && (
        <div className="mt-4">
          <CommandLine command="tuesday codes list" />
        </div>
      )}
    </>
  );
}

function Row({ one }: { one: CodeLineView }) {
  const { code, state, title, severity, release, devices } = one;
  return (
    <li>
      <Link
        to={codePath(code)}
        className="-mx-2 flex flex-wrap items-center gap-x-4 gap-y-1.5 rounded-lg px-2 py-3 hover:bg-sunken"
      >
        <span className="num w-24 shrink-0 font-semibold">{code}</span>
        <span className="min-w-0 flex-1 basis-48 wrap-anywhere">
          {title ?? (
            <span className="text-ink-2">
              <Trans>nobody has said what it means</Trans>
            </span>
          )}
          <span className="num block text-sm text-ink-2">
            {release === null ? t`on ${devicesWords(devices)}` : t`release ${release}`}
          </span>
        </span>
        <span className="flex flex-wrap gap-2 max-sm:w-full">
          {severity !== null && <Chip tone={SEVERITY_TONES[severity]}>{severity}</Chip>}
          {state !== 'documented' && <Chip tone={STATE_TONES[state]}>{STATE_WORDS[state]}</Chip>}
        </span>
      </Link>
    </li>
  );
}
