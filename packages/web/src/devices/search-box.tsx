import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Search } from 'lucide-react';
import { type KeyboardEvent, type SubmitEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import type { FilterField } from '@tuesday/protocol';
import { Button } from '../ui/button.tsx';
import { suggest } from './suggest.ts';

interface Props {
  text: string;
  fields: readonly FilterField[];
  /** What the server says about it. */
  problem: string | undefined;
  /** Character that the problem is at, from 1. */
  place: number | undefined;
  onType: (text: string) => void;
  onSearch: (text: string) => void;
}

/** A filter or a part of an id, with what can be written next. */
export function SearchBox({ text, fields, problem, place, onType, onSearch }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [cursor, setCursor] = useState(text.length);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const { from, to, options } = suggest(text, cursor, fields);
  const shown = open && options.length > 0;

  // Before anybody can type on: a frame later the cursor would jump back over what was typed.
  const placed = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (placed.current !== undefined) input.current?.setSelectionRange(placed.current, placed.current);
    placed.current = undefined;
  });

  const follow = () => setCursor(input.current?.selectionStart ?? text.length);
  const take = (index: number) => {
    const option = options[index];
    if (!option) return;
    const next = `${text.slice(0, from)}${option.text}${text.slice(to)}`;
    const at = from + option.text.length;
    onType(next);
    setCursor(at);
    setActive(-1);
    input.current?.focus();
    placed.current = at;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setOpen(false);
    onSearch(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setOpen(false);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive(
        (now) => (now + step + options.length + (now < 0 && step < 0 ? 1 : 0)) % Math.max(1, options.length),
      );
    }
    if (event.key === 'Enter' && shown && active >= 0) {
      event.preventDefault();
      take(active);
    }
  };

  return (
    <search>
      <form onSubmit={submit}>
        <label htmlFor={id} className="block text-sm font-medium">
          <Trans>Find devices</Trans>
        </label>
        <div className="mt-1.5 flex gap-2">
          <div className="relative min-w-0 flex-1">
            <Search
              size={18}
              aria-hidden
              className="pointer-events-none absolute top-3.5 left-3 text-ink-2"
            />
            <input
              ref={input}
              id={id}
              role="combobox"
              className="input pl-10 font-mono text-sm"
              placeholder={t`an id, or version=lt=3.2.5;healthy==false`}
              autoCapitalize="none"
              autoComplete="off"
              autoCorrect="off"
              spellCheck={false}
              maxLength={2_000}
              value={text}
              aria-expanded={shown}
              aria-controls={`${id}-list`}
              aria-autocomplete="list"
              aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
              aria-invalid={problem !== undefined}
              aria-describedby={problem === undefined ? undefined : `${id}-problem`}
              onChange={(event) => {
                onType(event.target.value);
                setCursor(event.target.selectionStart ?? event.target.value.length);
                setOpen(true);
                setActive(-1);
              }}
              onKeyDown={onKeyDown}
              onKeyUp={follow}
              onClick={() => {
                follow();
                setOpen(true);
              }}
              onBlur={() => setOpen(false)}
            />
            {/* What a native list would do here, it does not do in every browser: it filters by itself. */}
            <div
              id={`${id}-list`}
              // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
              role="listbox"
              aria-label={t`What can be written next`}
              hidden={!shown}
              className="absolute inset-x-0 top-full z-10 mt-1 max-h-80 overflow-auto rounded-xl border border-line bg-surface p-1 shadow-2xl"
            >
              {options.map((option, index) => (
                <div
                  key={option.text}
                  id={`${id}-${index}`}
                  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
                  role="option"
                  aria-selected={index === active}
                  className={`flex min-h-11 cursor-pointer flex-wrap items-center gap-x-4 rounded-lg px-3 py-1.5 ${index === active ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
                  // Before the field loses its focus.
                  onPointerDown={(event) => {
                    event.preventDefault();
                    take(index);
                  }}
                >
                  <span className="font-mono text-sm font-medium wrap-anywhere">{option.text}</span>
                  <span className="text-sm text-ink-2">{option.hint}</span>
                </div>
              ))}
            </div>
          </div>
          <Button kind="primary" type="submit">
            <Trans>Search</Trans>
          </Button>
        </div>
        {problem !== undefined && (
          <div id={`${id}-problem`} role="alert" className="mt-2 text-sm text-bad">
            {place !== undefined && <Pointed text={text} place={place} />}
            <p className="wrap-anywhere">{problem}</p>
          </div>
        )}
      </form>
    </search>
  );
}

/** The filter with the place that the server speaks of. */
function Pointed({ text, place }: { text: string; place: number }) {
  const here = text.slice(place - 1);
  const word = /^[^\s;,()]+/.exec(here)?.[0] ?? here.slice(0, 1);
  return (
    <p aria-hidden className="mb-1 font-mono wrap-anywhere text-ink-2">
      {text.slice(0, place - 1)}
      <mark className="rounded bg-bad-soft px-0.5 font-semibold text-bad underline decoration-wavy underline-offset-4">
        {word === '' ? '…' : word}
      </mark>
      {here.slice(word.length)}
    </p>
  );
}
