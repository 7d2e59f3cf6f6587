/** A plan to begin with, for a release that is published. */

/** Three stages that rise, a soak each; `tuesday plan check` says what it does to the fleet. */
export function planText(release: string): string {
  return `name: release ${release}
release: ${release}
stages:
  - share: 0.01
    pace: 6h
    soak: 18h
  - share: 0.1
    pace: 4h
    soak: 44h
  - share: 1
    pace: 12h
    soak: 60h
`;
}
