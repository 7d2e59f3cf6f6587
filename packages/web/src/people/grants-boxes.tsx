import { t } from '@lingui/core/macro';
import type { Grants } from '@tuesday/protocol';
import { call } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { withRoles } from './grants.ts';
import { RoleBoxes } from './role-boxes.tsx';

/** Roles in every fleet of the organisation. */
export function GrantsBoxes({ grants, onChange }: { grants: Grants; onChange: (grants: Grants) => void }) {
  const asked = useAsked('fleets', () => call('listFleets'), 60_000, ['fleet']);
  return (
    <Answered quiet asked={asked} what={t`the fleets`} command="tuesday fleet list">
      {({ fleets }) => (
        <div className="grid gap-4">
          {fleets.map(({ fleet, name }) => (
            <RoleBoxes
              key={fleet}
              legend={t`Roles in ${name}`}
              roles={grants[fleet] ?? []}
              onChange={(roles) => onChange(withRoles(grants, fleet, roles))}
            />
          ))}
        </div>
      )}
    </Answered>
  );
}
