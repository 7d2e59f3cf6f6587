/**
 * Public holidays by country and region, from `date-holidays` (its data: CC BY 3.0, see NOTICE), written out as
 * freezes of kind `holiday`.
 */
import Holidays from 'date-holidays';
import { type Freeze, type Instant, type OrRefused, type Policy, refuse } from '@tuesday/protocol';
import { localOf, wallOf } from '@tuesday/rollout';

type Place = NonNullable<Policy['holidays']>;

/** Names exist; what the library lists today is what the refusal offers. */
export function checkPlace({ country, region }: Place, field = 'holidays'): ReturnType<typeof refuse> | null {
  const library = new Holidays();
  const countries = library.getCountries('en') ?? {};
  if (!Object.hasOwn(countries, country))
    return refuse('policy-invalid', `the holidays of the country ${country} are not known`, {
      field: `${field}.country`,
      try: `use one of ${Object.keys(countries).join(' ')}`,
    });
  if (region === undefined) return null;
  const regions = regionsOf(library, country);
  if (regions.includes(region)) return null;
  return refuse('policy-invalid', `the holidays of ${country} have no region ${region}`, {
    field: `${field}.region`,
    try: regions.length === 0 ? `leave the region out` : `use one of ${regions.join(' ')}`.slice(0, 900),
  });
}

/** `BY`, and where a state has regions of its own `BY-A`. */
function regionsOf(library: Holidays, country: string): string[] {
  const states = Object.keys(library.getStates(country) ?? {});
  return states.flatMap((state) => [
    state,
    ...Object.keys(library.getRegions(country, state) ?? {}).map((region) => `${state}-${region}`),
  ]);
}

const known = new Map<string, readonly Freeze[]>();
const MOST_KNOWN = 500;

/**
 * Those that touch the stretch of time, in order.
 *
 * @param zone the days are days of this zone
 */
export function publicHolidays(
  place: Place,
  zone: string,
  from: Instant,
  to: Instant,
): OrRefused<{ freezes: Freeze[] }> {
  const refused = checkPlace(place);
  if (refused) return { refused };
  const years = [localOf(from, zone).year, localOf(to, zone).year] as const;
  const [first, last] = [wallOf(from, zone), wallOf(to, zone)];
  const freezes = Array.from({ length: years[1] - years[0] + 1 }, (_, index) =>
    ofYear(place, zone, years[0] + index),
  ).flat();
  return { freezes: freezes.filter((freeze) => freeze.to > first && freeze.from < last) };
}

function ofYear(place: Place, zone: string, year: number): readonly Freeze[] {
  const key = `${place.country} ${place.region ?? ''} ${zone} ${year}`;
  const found = known.get(key);
  if (found) return found;
  const [state, region] = (place.region ?? '').split(/-(.*)/s).filter((part) => part !== '');
  const options = { timezone: zone, languages: ['en'], types: ['public' as const] };
  const library =
    state === undefined
      ? new Holidays(place.country, options)
      : region === undefined ||
          Object.hasOwn(new Holidays().getStates(place.country) ?? {}, place.region ?? '')
        ? new Holidays(place.country, place.region ?? state, options)
        : new Holidays(place.country, state, region, options);
  const made = (library.getHolidays(year) ?? []).map((holiday): Freeze => ({
    kind: 'holiday',
    name: holiday.name.slice(0, 120),
    from: dated(wallOf(holiday.start.getTime(), zone)),
    to: dated(wallOf(holiday.end.getTime(), zone)),
  }));
  const valid = made.filter(({ from, to }) => from < to);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, valid);
  return valid;
}

/** A midnight is written as its date. */
export function dated(wall: string): string {
  return wall.endsWith('T00:00') ? wall.slice(0, 10) : wall;
}
