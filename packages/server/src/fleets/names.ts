/** What a fleet's name decides: its schema, and the channels that servers tell each other about it on. */

/** The fleet that every installation has; its devices and keys name no fleet. */
export const FIRST_FLEET = 'main';

/** @param fleet letters, digits and `-`; two names never give one schema, because a name has no `_` */
export function tablesOf(fleet: string): string {
  return `fleet_${fleet.replaceAll('-', '_')}`;
}

/** PostgreSQL's notification channels are one namespace for the whole database, and at most 63 bytes long. */
const CHANGES = 'tuesday';
const REPORTS = 'tuesday_reports';

/** A fleet was made. */
export const FLEETS_CHANNEL = 'tuesday_installation';

/** The first fleet's channels have the names that they always had. */
export function channelsOf(tables: string): { readonly changes: string; readonly reports: string } {
  const tail = tables === 'public' ? '' : `_${tables}`;
  return { changes: CHANGES + tail, reports: REPORTS + tail };
}

/** The same as SQL, from the schema that the connection sees: nobody can tell the wrong fleet. */
export const OWN_CHANNEL = { changes: own(CHANGES), reports: own(REPORTS) } as const;

function own(name: string): string {
  return `'${name}' || CASE current_schema() WHEN 'public' THEN '' ELSE '_' || current_schema() END`;
}
