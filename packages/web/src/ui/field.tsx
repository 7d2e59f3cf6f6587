import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from 'react';

interface Shared {
  label: string;
  hint?: ReactNode;
  /** What is wrong with it, beside it. */
  problem?: string | undefined;
  className?: string;
}

type InputProps = Shared & InputHTMLAttributes<HTMLInputElement>;

export function Field({ label, hint, problem, className = '', ...input }: InputProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <input id={id} className="input mt-1.5" {...told(id, hint, problem)} {...input} />
      <Notes id={id} hint={hint} problem={problem} />
    </div>
  );
}

type AreaProps = Shared & TextareaHTMLAttributes<HTMLTextAreaElement>;

export function Area({ label, hint, problem, className = '', ...area }: AreaProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <textarea id={id} rows={3} className="input mt-1.5 py-2.5" {...told(id, hint, problem)} {...area} />
      <Notes id={id} hint={hint} problem={problem} />
    </div>
  );
}

interface ChoiceProps extends Shared {
  value: string;
  options: ReadonlyArray<readonly [value: string, label: string]>;
  onChoose: (value: string) => void;
}

export function Choice({ label, hint, problem, className = '', value, options, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <select
        id={id}
        className="input mt-1.5"
        value={value}
        onChange={(event) => onChoose(event.target.value)}
        {...told(id, hint, problem)}
      >
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
      <Notes id={id} hint={hint} problem={problem} />
    </div>
  );
}

/** What says to a reader that the notes belong to the input. */
export function told(id: string, hint: ReactNode, problem: string | undefined) {
  const by = [hint === undefined ? '' : `${id}-hint`, problem === undefined ? '' : `${id}-problem`];
  const ids = by.filter((one) => one !== '').join(' ');
  return { 'aria-invalid': problem !== undefined, 'aria-describedby': ids === '' ? undefined : ids };
}

export function Notes({ id, hint, problem }: { id: string } & Pick<Shared, 'hint' | 'problem'>) {
  return (
    <>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-ink-2">
          {hint}
        </p>
      )}
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm wrap-anywhere text-bad">
          {problem}
        </p>
      )}
    </>
  );
}
