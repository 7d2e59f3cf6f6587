import { type ReactNode, useEffect, useId, useRef } from 'react';

interface Props {
  title: string;
  lead?: ReactNode;
  /** Escape does not close what must be answered. */
  stays?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** Modal; on a phone at the thumb. Unmount it to close it. */
export function Dialog({ title, lead, stays = false, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className="m-auto w-[min(34rem,calc(100vw-2rem))] rounded-2xl border border-line bg-surface p-6 text-ink shadow-2xl max-sm:mb-4"
      onCancel={(event) => {
        if (stays) event.preventDefault();
      }}
      onClose={onClose}
    >
      <h2 id={id} className="text-xl font-semibold tracking-tight">
        {title}
      </h2>
      {lead !== undefined && <p className="mt-2 text-ink-2">{lead}</p>}
      <div className="mt-5 grid gap-4">{children}</div>
    </dialog>
  );
}
