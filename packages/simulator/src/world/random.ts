/** Seeded randomness and the few laws that the world draws from. */

export type Random = () => number;

/** Mulberry32: uniform in [0, 1), the same for the same seed on every machine. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const between = (random: Random, least: number, most: number) => least + (most - least) * random();

/** Exponential with this mean. */
export const exponential = (random: Random, mean: number) => -Math.log(1 - random()) * mean;

/** Lomax (Pareto II): short as a rule, long now and then. Mean is scale / (shape − 1). */
export const lomax = (random: Random, shape: number, scale: number) =>
  scale * ((1 - random()) ** (-1 / shape) - 1);

/** Log-normal with median 1. */
export function logNormal(random: Random, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.exp(sigma * normal);
}
