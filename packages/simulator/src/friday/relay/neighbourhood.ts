/** Where households stand, and who hears whom: points in towns, a range, and hops. */
import { between, lomax, type Random } from '../../world/random.ts';

export interface Geometry {
  /** Households of a town that have this product: a Lomax law of this mean and shape 2. */
  readonly townMean: number;
  /** All households to the square kilometre, from the loosest to the densest town; drawn log-uniformly. */
  readonly density: readonly [number, number];
  /** Share of the households that have this product. */
  readonly marketShare: number;
  /** How far a device is heard on the mesh, metres, in one hop. */
  readonly meshMetres: number;
  /** Hops that a transfer on the mesh may take. */
  readonly meshHops: 1 | 2 | 3;
  /** Households that are nearer than this share a house, and with it a network: metres. */
  readonly linkMetres: number;
}

export interface Point {
  readonly town: number;
  /** Metres from the middle of the town. */
  readonly x: number;
  readonly y: number;
}

/** Each household gets a place. The points do not depend on any range. */
export function settle(households: number, geometry: Geometry, random: Random): Point[] {
  const points: Point[] = [];
  for (let town = 0; points.length < households; town++) {
    const wanted = 1 + Math.floor(lomax(random, 2, geometry.townMean));
    const size = Math.min(wanted, households - points.length);
    const [loosest, densest] = geometry.density;
    const density = loosest * (densest / loosest) ** random() * geometry.marketShare;
    const radius = 1_000 * Math.sqrt(wanted / density / Math.PI);
    for (let home = 0; home < size; home++) {
      const away = radius * Math.sqrt(random());
      const angle = between(random, 0, 2 * Math.PI);
      points.push({ town, x: away * Math.cos(angle), y: away * Math.sin(angle) });
    }
  }
  // Which household was drawn when says nothing about where it stands.
  for (let last = points.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [points[last], points[other]] = [points[other] as Point, points[last] as Point];
  }
  return points;
}

/** For each household those within so many metres, nearest first. */
export function within(points: readonly Point[], metres: number): number[][] {
  const cells = new Map<string, number[]>();
  const cellOf = ({ town, x, y }: Point, dx = 0, dy = 0) =>
    `${town}/${Math.floor(x / metres) + dx}/${Math.floor(y / metres) + dy}`;
  points.forEach((point, index) => {
    const cell = cells.get(cellOf(point));
    if (cell === undefined) cells.set(cellOf(point), [index]);
    else cell.push(index);
  });
  return points.map((here, index) => {
    const near: { readonly other: number; readonly far: number }[] = [];
    for (const dx of [-1, 0, 1])
      for (const dy of [-1, 0, 1])
        for (const other of cells.get(cellOf(here, dx, dy)) ?? []) {
          const there = points[other] as Point;
          const far = Math.hypot(there.x - here.x, there.y - here.y);
          if (other !== index && far <= metres) near.push({ other, far });
        }
    return near.sort((a, b) => a.far - b.far || a.other - b.other).map(({ other }) => other);
  });
}

/** Who can be reached over others that pass it on, and in how many hops; the fewest hops first. */
export function byHops(
  near: readonly number[][],
  from: number,
  hops: number,
  isUp: (index: number) => boolean = () => true,
): Map<number, number> {
  const reached = new Map<number, number>([[from, 0]]);
  let edge = [from];
  for (let hop = 1; hop <= hops && edge.length > 0; hop++) {
    const next: number[] = [];
    for (const here of edge)
      for (const other of near[here] ?? []) {
        if (reached.has(other) || !isUp(other)) continue;
        reached.set(other, hop);
        next.push(other);
      }
    edge = next;
  }
  reached.delete(from);
  return reached;
}
