/**
 * How other systems would have stopped the same run, by the rules of their public documentation at their
 * defaults. They see what their rules look at: the result of a job, which is "success" as soon as the new version
 * has come up. Variants that count later error codes or silence as well are generous: none of them does.
 *
 * Sources: Eclipse hawkBit, rollout management, default error threshold and trigger; AWS IoT Jobs, AbortConfig
 * criteria; Mender, phased rollouts, which do not stop by themselves; Kayenta, canary judge.
 */
import type { Run, Treated } from './run.ts';
import type { Silences } from './timeline.ts';

const BUCKET_HOURS = 0.25;
const SILENT_HOURS = 0.75;

/** Hour at which the policy stops the rollout; Infinity: never. */
export type Peer = { readonly name: string; readonly stops: (run: Run) => number };

export const PEERS: readonly Peer[] = [
  { name: 'none (Mender)', stops: () => Infinity },
  { name: 'hawkbit-default', stops: (run) => stopsWhere(run, hawkbit) },
  { name: 'aws-iot-jobs', stops: (run) => stopsWhere(run, aws) },
  { name: 'aws-iot-jobs, late codes counted', stops: (run) => stopsWhere(run, awsLate) },
  { name: 'fixed 5 % errors, late codes counted', stops: (run) => stopsWhere(run, fixedErrors) },
  { name: 'fixed 5 % silent', stops: (run) => stopsWhere(run, (counts) => silentShare(counts) >= 0.05) },
  { name: 'fixed 10 % silent', stops: (run) => stopsWhere(run, (counts) => silentShare(counts) >= 0.1) },
  { name: 'kayenta-like', stops: (run) => stopsWhere(run, kayenta) },
];

/** Everything that any of the rules looks at, at the end of a bucket. */
interface Counts {
  readonly bucket: number;
  /** By stage. */
  readonly offered: readonly number[];
  readonly executed: readonly number[];
  readonly failed: readonly number[];
  readonly errors: number;
  readonly updated: number;
  readonly silent: number;
  readonly controlSilent: number;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** More than half of a group reports an error. */
const hawkbit = ({ offered, failed }: Counts) =>
  failed.some((count, stage) => count > 0.5 * (offered[stage] ?? 0) && count > 0);

/** At least a tenth of at least 20 finished executions failed. */
const aws = ({ executed, failed }: Counts) => sum(executed) >= 20 && sum(failed) >= 0.1 * sum(executed);
const awsLate = ({ executed, errors }: Counts) => sum(executed) >= 20 && errors >= 0.1 * sum(executed);
const fixedErrors = ({ errors, executed }: Counts) => sum(executed) >= 20 && errors >= 0.05 * sum(executed);
const silentShare = ({ silent, updated }: Counts) => (updated < 20 ? 0 : silent / updated);

/** Each hour, a one-sided test of two proportions at 2 %, as if it were the only one. */
function kayenta({ bucket, silent, controlSilent, updated }: Counts): boolean {
  if ((bucket + 1) % 4 !== 0 || updated < 20) return false;
  const pooled = (silent + controlSilent) / (2 * updated);
  const error = Math.sqrt((2 * pooled * (1 - pooled)) / updated);
  return error > 0 && (silent - controlSilent) / updated / error > 2.054;
}

const memo = new WeakMap<Run, readonly Counts[]>();

function stopsWhere(run: Run, rule: (counts: Counts) => boolean): number {
  let counts = memo.get(run);
  if (!counts) memo.set(run, (counts = countRun(run)));
  const found = counts.find(rule);
  return found ? (found.bucket + 1) * BUCKET_HOURS : Infinity;
}

function countRun(run: Run): readonly Counts[] {
  const stages = run.opens.length;
  const rows = () => Array.from({ length: stages }, () => new Float64Array(run.buckets + 1));
  const [offered, executed, failed] = [rows(), rows(), rows()];
  const [errors, updated, silent, control] = Array.from(
    { length: 4 },
    () => new Float64Array(run.buckets + 1),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const step = (row: Float64Array, hour: number, by: number) => {
    const bucket = Math.max(0, Math.floor(hour / BUCKET_HOURS));
    if (bucket < run.buckets) row[bucket] = (row[bucket] as number) + by;
  };
  const controls: number[] = [];
  run.treated.forEach((device, subject) => {
    if (!device) {
      controls.push(subject);
      return;
    }
    step(offered[device.stage] as Float64Array, device.enrolled, 1);
    step(executed[device.stage] as Float64Array, Math.min(device.entered, device.installFailed), 1);
    step(failed[device.stage] as Float64Array, device.installFailed, 1);
    step(errors, Math.min(device.installFailed, device.troubled), 1);
    if (device.entered === Infinity) return;
    step(updated, device.entered, 1);
    eachSilence(device, (from, to) => {
      step(silent, from, 1);
      step(silent, to, -1);
    });
  });
  compareWith(run, updated, (from, to) => {
    step(control, from, 1);
    step(control, to, -1);
  });
  const all = [...offered, ...executed, ...failed, errors, updated, silent, control];
  for (const row of all)
    for (let bucket = 1; bucket < run.buckets; bucket++)
      row[bucket] = (row[bucket] as number) + (row[bucket - 1] as number);
  return Array.from({ length: run.buckets }, (_, bucket) => ({
    bucket,
    offered: offered.map((row) => row[bucket] as number),
    executed: executed.map((row) => row[bucket] as number),
    failed: failed.map((row) => row[bucket] as number),
    errors: errors[bucket] as number,
    updated: updated[bucket] as number,
    silent: silent[bucket] as number,
    controlSilent: control[bucket] as number,
  }));
}

/** One device that has not been offered yet for each one that has been updated, from the same hour on. */
function compareWith(run: Run, updated: Float64Array, tell: (from: number, to: number) => void): void {
  const later = run.subjects
    .map((subject, index) => ({ stage: subject.stage, index }))
    .sort((a, b) => b.stage - a.stage || a.index - b.index);
  let next = 0;
  updated.forEach((count, bucket) => {
    for (let one = 0; one < count && next < later.length; one++, next++) {
      const hour = bucket * BUCKET_HOURS;
      eachLong(run.silencesOf((later[next] as { index: number }).index), hour, Infinity, tell);
    }
  });
}

function eachSilence(device: Treated, tell: (from: number, to: number) => void): void {
  eachLong(device.silences, device.entered, device.dead, tell);
  if (device.dead < Infinity) tell(device.dead + SILENT_HOURS, Infinity);
}

function eachLong(
  { from, to }: Silences,
  since: number,
  dead: number,
  tell: (from: number, to: number) => void,
): void {
  for (let index = 0; index < from.length; index++) {
    const [start, end] = [from[index] as number, to[index] as number];
    if (start >= since && end - start >= SILENT_HOURS && start < dead)
      tell(start + SILENT_HOURS, Math.min(end, dead));
  }
}
