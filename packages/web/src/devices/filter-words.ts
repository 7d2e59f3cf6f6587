/** Filters as the console writes them. The server reads them; here they are only put together. */

/** A value as it stands in a filter. */
export function quoted(value: string): string {
  return /^[^\s"'();,=!~<>*]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Devices with one value of an attribute; null: that do not report it. */
export function withValue(attribute: string, value: string | null): string {
  const field = attribute === 'version' || attribute === 'hardware' ? attribute : `environment.${attribute}`;
  return value === null ? `${field}!=*` : `${field}==${quoted(value)}`;
}

/** Character of the filter that a refusal names, from 1; undefined where it names none. */
export function placeOf(field: string | undefined): number | undefined {
  const [, at] = /^filter\.(\d+)$/.exec(field ?? '') ?? [];
  return at === undefined ? undefined : Number(at);
}
