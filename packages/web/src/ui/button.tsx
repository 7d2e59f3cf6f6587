import { type ReactNode, useId } from 'react';

const KINDS = {
  primary: 'bg-accent text-surface hover:opacity-90',
  red: 'bg-red text-white hover:bg-red-strong',
  quiet: 'border border-line-strong bg-surface text-ink hover:bg-sunken',
} as const;

interface Props {
  kind: keyof typeof KINDS;
  children: ReactNode;
  /** Why the button does nothing now; it stays focusable and says so. */
  refusal?: string | undefined;
  type?: 'button' | 'submit';
  /** For rows and beside fields. */
  small?: boolean;
  className?: string;
  onClick?: () => void;
}

export function Button({
  kind,
  children,
  refusal,
  type = 'button',
  small = false,
  className = '',
  onClick,
}: Props) {
  const why = useId();
  const look =
    refusal === undefined ? KINDS[kind] : 'border border-line bg-sunken text-ink-2 cursor-not-allowed!';
  const size = small ? 'min-h-10 rounded-lg text-sm' : 'h-12 rounded-xl';
  return (
    <span className={`flex flex-col gap-1.5 ${className}`}>
      <button
        // oxlint-disable-next-line react/button-has-type
        type={type}
        aria-disabled={refusal !== undefined}
        aria-describedby={refusal === undefined ? undefined : why}
        className={`flex w-full items-center justify-center gap-2 px-3 font-semibold transition-colors ${size} ${look}`}
        onClick={(event) => {
          if (refusal !== undefined) event.preventDefault();
          else onClick?.();
        }}
      >
        {children}
      </button>
      {refusal !== undefined && (
        <span id={why} className="text-sm wrap-anywhere text-ink-2">
          {refusal}
        </span>
      )}
    </span>
  );
}
