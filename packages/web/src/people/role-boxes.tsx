import { Trans } from '@lingui/react/macro';
import type { Role } from '@tuesday/protocol';
import { ROLES, ROLE_WORDS } from './role-words.ts';

interface Props {
  legend: string;
  /** Those that can be given; all by default. */
  offered?: readonly Role[];
  roles: readonly Role[];
  onChange: (roles: readonly Role[]) => void;
}

/** Roles add up, so each is a box of its own with what it lets a person do. */
export function RoleBoxes({ legend, offered = ROLES, roles, onChange }: Props) {
  return (
    <fieldset>
      <legend className="text-sm font-medium">{legend}</legend>
      {offered.length === 0 && (
        <p className="mt-1 text-sm text-ink-2">
          <Trans>You have no role here to give.</Trans>
        </p>
      )}
      <div className="mt-1 grid gap-x-4 sm:grid-cols-2">
        {offered.map((role) => (
          <label key={role} className="grid min-h-11 grid-cols-[auto_1fr] gap-x-3 py-2 text-sm">
            <input
              type="checkbox"
              className="row-span-2 mt-0.5 size-5 accent-(--accent)"
              checked={roles.includes(role)}
              onChange={({ target }) =>
                onChange(target.checked ? [...roles, role] : roles.filter((one) => one !== role))
              }
            />
            <span className="font-semibold">{role}</span>
            <span className="col-start-2 text-ink-2">{ROLE_WORDS[role]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
