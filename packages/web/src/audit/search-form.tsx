import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Search as SearchIcon } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { ANYTHING, queryOf, type Search } from './search.ts';

interface Props {
  search: Search;
  onSearch: (search: Search) => void;
}

/** Wide screens show it all; on a phone it folds away. */
export function SearchForm({ search, onSearch }: Props) {
  const [typed, setTyped] = useState(search);
  const [wide] = useState(() => matchMedia('(min-width: 64rem)').matches);
  const wrong =
    typed.from !== '' && typed.until !== '' && typed.until < typed.from
      ? t`Must not be before the first day.`
      : undefined;
  const set = (key: keyof Search) => (event: { target: { value: string } }) =>
    setTyped({ ...typed, [key]: event.target.value });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (wrong === undefined) onSearch(typed);
  };
  return (
    <details open={wide || queryOf(search) !== ''} className="card p-5 sm:p-6">
      <summary className="cursor-pointer">
        <h2 className="inline text-lg font-semibold tracking-tight">
          <Trans>Search</Trans>
        </h2>
      </summary>
      <form noValidate className="mt-3 grid grid-cols-2 gap-x-3 gap-y-4 lg:grid-cols-1" onSubmit={submit}>
        <Field
          label={t`Who`}
          placeholder="alice"
          autoCapitalize="none"
          spellCheck={false}
          value={typed.actor}
          onChange={set('actor')}
        />
        <Field
          label={t`Did what`}
          placeholder="rollout.halt"
          autoCapitalize="none"
          spellCheck={false}
          value={typed.verb}
          onChange={set('verb')}
        />
        <Field
          className="col-span-2 lg:col-span-1"
          label={t`To what`}
          placeholder="r-7k2m"
          autoCapitalize="none"
          spellCheck={false}
          value={typed.object}
          onChange={set('object')}
        />
        <Field label={t`First day`} type="date" value={typed.from} onChange={set('from')} />
        <Field label={t`Last day`} type="date" value={typed.until} problem={wrong} onChange={set('until')} />
        <Button kind="primary" small type="submit" className="col-span-2 lg:col-span-1">
          <SearchIcon size={16} aria-hidden /> <Trans>Search</Trans>
        </Button>
        {queryOf(search) !== '' && (
          <button
            type="button"
            className="link min-h-10 justify-self-start text-sm"
            onClick={() => onSearch(ANYTHING)}
          >
            <Trans>Show everything</Trans>
          </button>
        )}
      </form>
    </details>
  );
}
