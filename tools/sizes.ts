/** The size budget of source files: median at most 100 lines, 95th percentile at most 300, none over 400. */
export interface SizeReport {
  readonly files: number;
  readonly median: number;
  readonly p95: number;
  readonly problems: string[];
}

/** Larger than 400 lines, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

export function isCountedSource(path: string): boolean {
  return /^packages\/[^/]+\/src\/.*\.tsx?$/.test(path) && !/\.(test|slow)\.tsx?$/.test(path);
}

export function judgeSizes(lines: ReadonlyMap<string, number>): SizeReport {
  const sorted = [...lines.values()].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const median = at(0.5);
  const p95 = at(0.95);
  const problems: string[] = [];
  if (median > 100) problems.push(`the median source file has ${median} lines; the budget is 100`);
  if (p95 > 300) problems.push(`the 95th percentile of source files is ${p95} lines; the budget is 300`);
  for (const [path, count] of lines) {
    if (count > 400 && EXCEPTIONS[path] === undefined)
      problems.push(`${path} has ${count} lines; divide it (400 is the most)`);
  }
  return { files: sorted.length, median, p95, problems };
}
