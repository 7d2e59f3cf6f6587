/** The firmware as a child process: started from a slot, listened to, ended with its agent. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { isSea } from 'node:sea';
import {
  type Clock,
  type ErrorCode,
  errorCodeSchema,
  type Instant,
  metricsSchema,
  type SlotName,
} from '@tuesday/protocol';
import * as z from 'zod';

/**
 * What the firmware prints, one JSON object a line; unknown keys and other lines are ignored.
 * `{"mqtt":"connected"}`, `{"mqtt":"lost"}`, `{"broker":"mosquitto 2.0.18"}`, `{"error":"0x45"}`,
 * `{"metrics":{"battery":81}}`.
 */
const factSchema = z.looseObject({
  mqtt: z.enum(['connected', 'lost']).optional(),
  broker: z.string().min(1).max(128).optional(),
  error: errorCodeSchema.optional(),
  metrics: metricsSchema.optional(),
});

export interface ApplicationOptions {
  readonly clock: Clock;
  /** What is started for a slot. */
  readonly program: (slot: SlotName) => Program;
  /** Environment variables of the firmware, beside PATH. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workFolder: string;
  readonly onStarted: () => void;
  readonly onExit: (exitCode: number | null, errorCode: ErrorCode | undefined) => void;
  /** Something was learnt that a health check should hear of at once. */
  readonly onNews: () => void;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** An ES module by its name (`.mjs`), run by the program that runs the agent; or an executable. */
export function programIn(file: string): Program {
  if (!file.endsWith('.mjs')) return { command: file, args: [] };
  // The one-file executable takes scripts only under this name.
  if (isSea()) return { command: process.execPath, args: ['firmware', file] };
  return { command: process.execPath, args: [...NODE_FLAGS, file] };
}

/** Keeps one firmware small: a few hundred may share a machine. */
const NODE_FLAGS = ['--max-old-space-size=24', '--max-semi-space-size=1', '--no-warnings'];

/** Real milliseconds between asking a process to end and ending it. */
const GRACE = 2_000;

/** The firmware, however it is started. */
export interface ApplicationPort {
  /** It runs, as far as this port can tell. */
  readonly running: boolean;
  /** Version of the broker that the firmware talks to, as the broker announced it. */
  readonly broker: string | undefined;
  /** What it raised since it was started. */
  readonly error: ErrorCode | undefined;
  /** Numbers that the firmware told last. */
  readonly metrics: Readonly<Record<string, number>> | undefined;
  /** How long the MQTT session has been down, milliseconds; 0 while it is up. */
  readonly mqttDownMillis: number;
  start(slot: SlotName): void;
  /** Ends the firmware; what it says from now on is not heard. */
  stop(): void;
}

export class Application implements ApplicationPort {
  readonly #options: ApplicationOptions;
  #child: ChildProcess | undefined;
  #mqttUp = false;
  #mqttChangedAt: Instant = 0;
  #broker: string | undefined;
  #error: ErrorCode | undefined;
  #metrics: Readonly<Record<string, number>> | undefined;

  constructor(options: ApplicationOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  get broker(): string | undefined {
    return this.#broker;
  }

  get error(): ErrorCode | undefined {
    return this.#error;
  }

  get metrics(): Readonly<Record<string, number>> | undefined {
    return this.#metrics;
  }

  get mqttDownMillis(): number {
    return this.#mqttUp ? 0 : Math.max(1, this.#options.clock.now() - this.#mqttChangedAt);
  }

  start(slot: SlotName): void {
    this.stop();
    this.#error = undefined;
    this.#metrics = undefined;
    this.#noteMqtt(false);
    const { PATH = '' } = process.env;
    const { command, args } = this.#options.program(slot);
    const child = spawn(command, args, {
      cwd: this.#options.workFolder,
      env: { PATH, ...this.#options.environment },
      // Its stdin closes with us, however we end; then it ends too.
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child = child;
    child.stdin.on('error', () => undefined);
    child.once('spawn', () => this.#child === child && this.#options.onStarted());
    createInterface({ input: child.stdout }).on('line', (line) => this.#child === child && this.#hear(line));
    child.once('error', () => this.#gone(child, null));
    // Not `exit`: what it printed last is heard first.
    child.once('close', (code) => this.#gone(child, code));
  }

  stop(): void {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    child.stdin?.end();
    child.kill('SIGTERM');
    const ended = new AbortController();
    child.once('close', () => ended.abort());
    const late = AbortSignal.any([ended.signal, AbortSignal.timeout(GRACE)]);
    late.addEventListener('abort', () => !ended.signal.aborted && child.kill('SIGKILL'), { once: true });
  }

  #gone(child: ChildProcess, exitCode: number | null): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#noteMqtt(false);
    this.#options.onExit(exitCode, this.#error ?? errorCodeOf(exitCode));
  }

  #hear(line: string): void {
    const { mqtt, broker, error, metrics } = factIn(line);
    if (metrics !== undefined) this.#metrics = metrics;
    if (mqtt !== undefined) this.#noteMqtt(mqtt === 'connected');
    if (error !== undefined) this.#error = error;
    const news = error !== undefined || (broker !== undefined && broker !== this.#broker);
    if (broker !== undefined) this.#broker = broker;
    if (news) this.#options.onNews();
  }

  #noteMqtt(up: boolean): void {
    if (up === this.#mqttUp && this.#mqttChangedAt > 0) return;
    this.#mqttUp = up;
    this.#mqttChangedAt = this.#options.clock.now();
  }
}

function factIn(line: string): z.infer<typeof factSchema> {
  try {
    return factSchema.safeParse(JSON.parse(line)).data ?? {};
  } catch {
    return {};
  }
}

/** Firmware ends with its error code as exit code; 1 and what shells make of signals mean nothing. */
export function errorCodeOf(exitCode: number | null): ErrorCode | undefined {
  if (exitCode === null || exitCode <= 1 || exitCode >= 126) return undefined;
  return `0x${exitCode.toString(16).toUpperCase()}`;
}
