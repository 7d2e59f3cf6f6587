/**
 * How long some work takes: once to warm up, then the median of several looks.
 *
 * @returns milliseconds
 */
export async function median(looks: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  await work();
  for (let look = 0; look < looks; look++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[looks >> 1] as number;
}
