import { t } from '@lingui/core/macro';
import type { Prices, PricesView } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { SendOrNot } from '../ui/send-or-not.tsx';

interface Props {
  onSet: () => Promise<void>;
  onClose: () => void;
}

const FIELDS = [
  ['perTicket', t`One ticket`],
  ['perVisit', t`One visit of a technician`],
  ['replacementsPerVisit', t`Replaced devices, for each visit`],
  ['perMillionReconnects', t`A million reconnects`],
  ['goodwillPerHarmed', t`Goodwill, for each device that went wrong`],
  ['ticketsPerHarmed', t`Tickets, for each device that went wrong`],
] as const satisfies ReadonlyArray<readonly [Exclude<keyof Prices, 'currency'>, string]>;

/** The price list of the fleet; the amounts of every incident follow it. */
export function PricesForm({ onSet, onClose }: Props) {
  const asked = useAsked('prices', () => call('viewPrices'), 'once');
  return (
    <Dialog
      title={t`Prices of this fleet`}
      lead={t`The costs of all incidents follow them.`}
      onClose={onClose}
    >
      <Answered asked={asked} what={t`the prices`} command="tuesday incident prices view">
        {(view) => <Form view={view} onSet={onSet} onClose={onClose} />}
      </Answered>
    </Dialog>
  );
}

type Typed = Readonly<Record<keyof Prices | 'because', string>>;

/** At most four digits behind the point. */
const text = (value: number) => String(Math.round(value * 10_000) / 10_000);

function typedOf({ prices }: PricesView): Typed {
  const amounts = FIELDS.map(([name]) => [name, text(prices[name])] as const);
  return { ...(Object.fromEntries(amounts) as Typed), currency: prices.currency, because: '' };
}

function wrongIn(typed: Typed): Partial<Record<keyof Typed, string>> {
  const wrong: Partial<Record<keyof Typed, string>> = {};
  if (!/^[A-Z]{3}$/.test(typed.currency.trim()))
    wrong.currency = t`Use three capital letters, for instance USD.`;
  for (const [name] of FIELDS)
    if (!/^\d{1,9}(\.\d{1,6})?$/.test(typed[name].trim()))
      wrong[name] = t`Type a number, not below 0, with a point.`;
  if (typed.because.trim() === '') wrong.because = t`Say from where the prices are.`;
  return wrong;
}

function Form({ view, onSet, onClose }: Props & { view: PricesView }) {
  const [typed, setTyped] = useState(() => typedOf(view));
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend('tuesday incident prices set --visit 180 --because "…"');
  const wrong = wrongIn(typed);
  const told = failure?.field?.replace('prices.', '');
  const shared = (name: keyof Typed) => ({
    value: typed[name],
    problem: (checked ? wrong[name] : undefined) ?? (told === name ? failure?.words : undefined),
    onChange: (event: { target: { value: string } }) => setTyped({ ...typed, [name]: event.target.value }),
  });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || Object.keys(wrong).length > 0) return;
    // What nobody touched stays as exact as it was.
    const changed = FIELDS.filter(([name]) => typed[name] !== text(view.prices[name]));
    const amounts = changed.map(([name]) => [name, Number(typed[name])] as const);
    const prices = { ...view.prices, ...Object.fromEntries(amounts), currency: typed.currency.trim() };
    const body = { prices, because: typed.because.trim() };
    if (!(await send(() => call('setPrices', { body })))) return;
    await onSet();
    onClose();
  };
  return (
    <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
      <p className="text-sm text-pretty text-ink-2">{view.source}</p>
      <Field label={t`Currency`} maxLength={3} autoCapitalize="characters" {...shared('currency')} />
      <div className="grid items-end gap-4 sm:grid-cols-2">
        {FIELDS.map(([name, label]) => (
          <Field key={name} label={label} inputMode="decimal" maxLength={16} {...shared(name)} />
        ))}
      </div>
      <Field label={t`Because`} hint={t`Kept in the audit log.`} maxLength={1_000} {...shared('because')} />
      <Problem failure={told !== undefined && told in typed ? undefined : failure} />
      <SendOrNot act={t`Set the prices`} refusal={busy ? t`Sending …` : undefined} onClose={onClose} />
    </form>
  );
}
